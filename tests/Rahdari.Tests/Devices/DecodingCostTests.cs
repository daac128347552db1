using System.Reflection;

namespace Rahdari.Tests.Devices;

/// <summary>What decoding a frame allocates, counted: the objects of the result and none besides.</summary>
public sealed class DecodingCostTests
{
    static readonly Func<object, object> Copy = typeof(object)
        .GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!
        .CreateDelegate<Func<object, object>>();

    /// <summary>The places of the frames, with the protocol to tell them by.</summary>
    public static TheoryData<int, string> Frames
    {
        get
        {
            var frames = new TheoryData<int, string>();
            for (var i = 0; i < SampleFrames.All.Count; i++) frames.Add(i, SampleFrames.All[i].Protocol);
            return frames;
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Reading_a_frame_allocates_its_result_and_nothing_besides(int place, string protocol)
    {
        var frame = SampleFrames.All[place];
        Assert.Equal(protocol, frame.Protocol);
        // Tables and types are there after the first.
        var first = frame.Decode();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = frame.Decode();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // What two results share was not made for either.
        var shared = Reachable(first);
        var own = Reachable(result);
        own.ExceptWith(shared);
        Assert.NotEmpty(result.Messages);
        Assert.Equal(own.Sum(SizeOf), allocated);
    }

    static long SizeOf(object o)
    {
        Copy(o);
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(Copy(o));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static HashSet<object> Reachable(object root)
    {
        var found = new HashSet<object>(ReferenceEqualityComparer.Instance) { root };
        var left = new Stack<object>([root]);
        while (left.TryPop(out var next))
            foreach (var reached in ReachedFrom(next).Where(found.Add)) left.Push(reached);
        return found;
    }

    static IEnumerable<object> ReachedFrom(object o)
    {
        if (o is string or Type) return [];
        if (o is Array array)
            return array.Cast<object?>().OfType<object>()
                .SelectMany(e => e.GetType().IsValueType ? ReachedFrom(e) : [e]);
        return Fields(o.GetType()).Select(f => f.GetValue(o)).OfType<object>()
            .SelectMany(v => v.GetType().IsValueType ? v.GetType().IsPrimitive ? [] : ReachedFrom(v) : [v]);
    }

    static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                yield return field;
    }
}
