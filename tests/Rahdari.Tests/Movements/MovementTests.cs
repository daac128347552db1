using Rahdari.Movements;

namespace Rahdari.Tests.Movements;

public sealed class MovementTests
{
    [Fact]
    public void Each_stage_is_a_folder_and_each_folder_is_a_stage()
    {
        var root = Path.Combine(Checkout.Root, "src", "Rahdari", "Movements");
        var stages = Movement.Stages.Concat(Movement.OffTheWay).ToList();
        Assert.All(stages, s => Assert.True(Directory.Exists(Path.Combine(root, s)), s));
        Assert.Equal(
            Directory.GetDirectories(root).Select(Path.GetFileName).Order(),
            stages.Where(s => !s.StartsWith("..", StringComparison.Ordinal)).Order());
    }
}
