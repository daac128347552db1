using System.Reflection;
using System.Runtime.InteropServices;

namespace Rahdari.Ledger;

/// <summary>
/// The few functions of OpenSSL's libcrypto that Ed25519 needs and the runtime does not offer (OpenSSL manual pages
/// EVP_PKEY_new(3), EVP_DigestSign(3)). The runtime itself loads the same library on Linux.
/// </summary>
static partial class LibCrypto
{
    const string Name = "rahdari-libcrypto";

    /// <summary>EVP_PKEY_ED25519 (openssl/obj_mac.h, NID_ED25519).</summary>
    public const int Ed25519 = 1087;

    /// <summary>Tried in this order: OpenSSL 3, then 1.1.1, the oldest with Ed25519.</summary>
    static readonly string[] Candidates = ["libcrypto.so.3", "libcrypto.so.1.1"];

    static LibCrypto() => NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name) return 0;
        foreach (var candidate in Candidates)
            if (NativeLibrary.TryLoad(candidate, out var handle)) return handle;
        throw new DllNotFoundException(
            $"signatures need OpenSSL: neither {string.Join(" nor ", Candidates)} could be loaded");
    }

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    public static partial nint NewPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    public static partial nint NewPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static partial int GetPublicKey(nint key, Span<byte> buffer, ref nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(Name, EntryPoint = "EVP_MD_CTX_new")]
    public static partial nint NewContext();

    [LibraryImport(Name, EntryPoint = "EVP_MD_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Name, EntryPoint = "EVP_DigestSignInit")]
    public static partial int BeginSign(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Name, EntryPoint = "EVP_DigestSign")]
    public static partial int Sign(
        nint context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_DigestVerifyInit")]
    public static partial int BeginVerify(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Name, EntryPoint = "EVP_DigestVerify")]
    public static partial int Verify(
        nint context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> data, nuint length);

    /// <summary>Empties this thread's error queue, which the runtime's TLS reads too.</summary>
    [LibraryImport(Name, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();
}
