//! The headers by which a worker knows that the Functions host is calling (`HttpWorkerConstants.cs`).

/// The version whose source this host was read from (`ScriptHost.Version`).
pub(super) const HOST_VERSION: &str = "4.1037.0.0";

pub(super) const HOST_VERSION_HEADER: &str = "x-azure-functions-hostversion";
pub(super) const INVOCATION_ID_HEADER: &str = "x-azure-functions-invocationid";

/// `ScriptConstants.HttpProxyCorrelationHeader`, in proxying mode only.
pub(super) const CORRELATION_HEADER: &str = "x-ms-invocation-id";

pub(super) fn user_agent() -> String {
    format!("Azure-Functions-Host/{HOST_VERSION}")
}

/// A new invocation id: a GUID in .NET's `D` format.
pub(super) fn new_invocation_id() -> String {
    let random = fastrand::u128(..);
    let (a, b, c) = (
        random >> 96,
        (random >> 80) & 0xffff,
        (random >> 68) & 0x0fff,
    );
    let (d, e) = (
        ((random >> 48) & 0x3fff) | 0x8000,
        random & 0xffff_ffff_ffff,
    );
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

/// A `traceparent` as .NET's `HttpClient` adds it for the activity of the invocation.
pub(super) fn new_traceparent() -> String {
    format!(
        "00-{:032x}-{:016x}-00",
        fastrand::u128(1..),
        fastrand::u64(1..)
    )
}
