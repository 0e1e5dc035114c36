//! What the operating system tells and grants this process: permissions and descriptors.
#![expect(unsafe_code, reason = "the standard library offers neither access(2) nor sysconf(3) nor setrlimit(2)")]

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Whether this process may write to the file or folder (read-only file systems count).
pub(crate) fn is_writable(path: &Path) -> bool {
    accessible(path, libc::W_OK)
}

/// Whether this process may read the file.
pub(crate) fn is_readable(path: &Path) -> bool {
    accessible(path, libc::R_OK)
}

fn accessible(path: &Path, mode: libc::c_int) -> bool {
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return false };
    // SAFETY: a NUL-terminated path that lives through the call.
    unsafe { libc::access(path.as_ptr(), mode) == 0 }
}

/// The bytes of memory that this process may expect to have: the machine's, or its control group's where that is less.
pub(crate) fn machine_memory() -> usize {
    // SAFETY: sysconf only reads what the system says of itself.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    let machine = usize::try_from(pages).ok().zip(usize::try_from(size).ok()).and_then(|(pages, size)| pages.checked_mul(size));
    // A system that does not say has at least this much.
    let machine = machine.filter(|&bytes| bytes > 0).unwrap_or(1 << 30);
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse::<usize>().ok());
    group.map_or(machine, |group| group.min(machine))
}

/// Raises the number of descriptors this process may have open to what it may raise it to.
pub(crate) fn raise_descriptor_limit() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls are given a valid rlimit; a failure changes nothing and is no harm.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 && limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
        }
    }
}
