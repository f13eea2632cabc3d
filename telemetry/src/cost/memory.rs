//! How much memory this process has, and how much it uses.

use std::fs;
use std::sync::LazyLock;

/// The memory that the container may use, in MiB, where it has a limit.
pub(super) fn limit_mb() -> Option<u32> {
    static LIMIT_MB: LazyLock<Option<u32>> = LazyLock::new(|| {
        // Of control groups in version 2 and 1:
        // https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
        let limits = [
            "/sys/fs/cgroup/memory.max",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        ];
        let limit = limits
            .iter()
            .find_map(|path| fs::read_to_string(path).ok())?;
        parse_limit(&limit)
    });
    *LIMIT_MB
}

/// `max`, or bytes; version 1 says that there is no limit with a number no machine has.
fn parse_limit(text: &str) -> Option<u32> {
    const MOST_MB: u32 = 1024 * 1024;
    let bytes: u64 = text.trim().parse().ok()?;
    u32::try_from(bytes / (1024 * 1024))
        .ok()
        .filter(|mb| (1..=MOST_MB).contains(mb))
}

/// The memory that this process has in use now, in MiB, rounded up.
pub(super) fn used_mb() -> Option<u32> {
    parse_used(&fs::read_to_string("/proc/self/status").ok()?)
}

/// <https://docs.kernel.org/filesystems/proc.html>, `VmRSS`: in units of 1024 bytes.
fn parse_used(status: &str) -> Option<u32> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u32 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes.div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_of_bytes() {
        assert_eq!(parse_limit("536870912\n"), Some(512));
        for none in ["max\n", "", "9223372036854771712\n", "0", "-1"] {
            assert_eq!(parse_limit(none), None, "{none:?}");
        }
    }

    #[test]
    fn the_memory_in_use_is_the_resident_one() {
        let status = "Name:\tapp\nVmHWM:\t   99999 kB\nVmRSS:\t   10241 kB\nThreads:\t1\n";
        assert_eq!(parse_used(status), Some(11));
        for wrong in ["", "VmRSS:\n", "VmRSS:\t10 MB\n", "VmRSS:\t-1 kB\n"] {
            assert_eq!(parse_used(wrong), None, "{wrong:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_uses_some() {
        assert!(used_mb().is_some_and(|mb| mb >= 1), "{:?}", used_mb());
    }
}
