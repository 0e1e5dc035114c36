//! Tables in memory for which the operating system is asked for large pages.
#![cfg_attr(target_os = "linux", expect(unsafe_code, reason = "the standard library does not offer madvise(2)"))]

/// So many copies of `value`. A table that is looked into at random costs a miss of the processor's address cache nearly each time, and
/// the kernel a fault for each page when it is made: large pages, which Linux gives a process that asks for them, spare most of both.
pub(crate) fn filled<T: Copy>(value: T, count: usize) -> Vec<T> {
    let mut table: Vec<T> = Vec::with_capacity(count);
    #[cfg(target_os = "linux")]
    ask_for_large_pages(&mut table);
    table.resize(count, value);
    table
}

/// Asks for large pages where one at least lies wholly within the room of `table`.
#[cfg(target_os = "linux")]
fn ask_for_large_pages<T>(table: &mut Vec<T>) {
    const PAGE: usize = 4 << 10;
    const WORTH_IT: usize = 4 << 20;
    let room = table.spare_capacity_mut().as_mut_ptr_range();
    let (start, end) = (room.start as usize, room.end as usize);
    if end - start < WORTH_IT {
        return;
    }
    let (first, last) = (start.next_multiple_of(PAGE), end / PAGE * PAGE);
    // SAFETY: whole pages within an allocation that is ours alone. The advice changes nothing that is stored there, and where it is
    // refused, or pages are larger than that, nothing happens.
    unsafe { libc::madvise(room.start.byte_add(first - start).cast(), last - first, libc::MADV_HUGEPAGE) };
}
