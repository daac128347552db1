using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rahdari.Corridors.Loading;

/// <summary>The bytes of one layer of a pack: the base folder, or an overlay laid over it.</summary>
sealed class PackFolder
{
    // A corridor's largest file is a route of some hundred lines; a megabyte is a wrong file.
    const long MostBytes = 1 << 20;

    // Some ten rule files, the routes and the texts of a few languages.
    const int MostFiles = 200;

    readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    readonly string folder;
    readonly ProblemList problems;

    public PackFolder(string folder, ProblemList problems)
    {
        (this.folder, this.problems) = (folder, problems);
        if (!Directory.Exists(folder))
        {
            problems.Add(folder, 0, Shipped(folder) is { } shipped
                ? $"there is no such folder; the one shipped with the program is {shipped}"
                : "there is no such folder");
            return;
        }
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Take(MostFiles + 1))
            Take(path);
        if (files.Count > MostFiles) problems.Add(folder, 0, $"a pack has at most {MostFiles} files");
    }

    /// <summary>The pack of that name beside the program, where there is one.</summary>
    static string? Shipped(string folder)
    {
        var beside = Path.Combine(
            AppContext.BaseDirectory, "corridors", Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        return Path.GetFileName(beside).Length > 0 && File.Exists(Path.Combine(beside, "pack.yaml")) ? beside : null;
    }

    public IEnumerable<string> Names => files.Keys;

    public string PathOf(string name) => Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The mapping at the root of a YAML file; null where the file is absent or no YAML (noted).</summary>
    public YamlMap? Read(string name)
    {
        if (!files.TryGetValue(name, out var bytes)) return null;
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(Encoding.UTF8.GetString(bytes)));
        }
        catch (YamlException e)
        {
            problems.Add(PathOf(name), e.Start.Line, $"no YAML: {e.Message}");
            return null;
        }
        if (stream.Documents is [{ RootNode: YamlMappingNode root }]) return new YamlMap(PathOf(name), root, problems);
        problems.Add(PathOf(name), 1, "must be one YAML document holding a mapping");
        return null;
    }

    /// <summary>Texts of one language: <c>{"key":{"text":"...","reviewed":false}}</c>.</summary>
    public IReadOnlyDictionary<string, PackText> ReadTexts(string name)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, PackText>>(files[name], TextsForm) ?? [];
        }
        catch (JsonException e)
        {
            problems.Add(PathOf(name), (e.LineNumber ?? 0) + 1, $"no list of texts: {e.Message}");
            return new Dictionary<string, PackText>();
        }
    }

    /// <summary>The object at the root of a JSON file; null where it is none (noted).</summary>
    public JsonElement? ReadObject(string name)
    {
        try
        {
            var root = JsonSerializer.Deserialize<JsonElement>(files[name]);
            if (root.ValueKind == JsonValueKind.Object) return root;
            problems.Add(PathOf(name), 1, "must be one JSON object");
        }
        catch (JsonException e)
        {
            problems.Add(PathOf(name), (e.LineNumber ?? 0) + 1, $"no JSON: {e.Message}");
        }
        return null;
    }

    /// <summary>Adds this layer's files in ordinal order: layer and path, then content, each with its length.</summary>
    public void AddTo(IncrementalHash hash, int layer)
    {
        foreach (var (name, bytes) in files)
        {
            Add(hash, Encoding.UTF8.GetBytes($"{layer:00}/{name}"));
            Add(hash, bytes);
        }
    }

    static readonly JsonSerializerOptions TextsForm = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    static void Add(IncrementalHash hash, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    void Take(string path)
    {
        if (!RegularFile.Is(path))
        {
            problems.Add(path, 0, "is no regular file");
            return;
        }
        var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        // The words beside the data are no part of the rules and may be edited without a new hash.
        if (name.EndsWith(".md", StringComparison.Ordinal)) return;
        if (new FileInfo(path).Length > MostBytes) problems.Add(path, 0, $"is longer than {MostBytes} bytes");
        else files[name] = File.ReadAllBytes(path);
    }
}
