using System.Reflection;
using System.Text.RegularExpressions;
using Rahdari.Hosting;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class IdentityFormsTests
{
    public static TheoryData<Type> Identities => [.. typeof(NodeSettings).Assembly.GetTypes().Where(t => t.IsValueType
        && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>)))];

    [Theory]
    [MemberData(nameof(Identities))]
    public void Every_identifier_has_a_form_and_an_example_that_is_read(Type type)
    {
        var form = IdentityForms.Of(type);
        Assert.Matches(new Regex(form.Pattern), form.Example);
        var parse = type.GetMethod("Parse", BindingFlags.Public | BindingFlags.Static)!;
        Assert.Equal(form.Example, parse.Invoke(null, [form.Example, null])!.ToString());
        Assert.Throws<TargetInvocationException>(() => parse.Invoke(null, [form.Example + "~", null]));
    }
}
