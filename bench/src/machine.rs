//! What the machine is and what it spends: read from `/proc` (Linux).

use serde::Serialize;
use std::{fs, time::Duration};

/// Clock ticks a second in `/proc/<pid>/stat`; 100 on every Linux we measure on.
const TICKS: u64 = 100;

/// What a report says of the machine.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// Processor model.
    pub processor: String,
    /// Cores.
    pub cores: usize,
    /// Memory, in GiB.
    pub memory_gib: u64,
    /// Kernel release.
    pub kernel: String,
    /// Open files a process may have.
    pub open_files: u64,
}

/// Reads the facts.
pub fn facts() -> Facts {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = after_colon(&info, "model name").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = after_colon(&memory, "MemTotal").and_then(|value| number(&value)).unwrap_or(0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Facts {
        processor,
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory_gib: kib >> 20,
        kernel: kernel.trim().to_owned(),
        open_files: open_files(),
    }
}

/// How many files this process may have open.
pub fn open_files() -> u64 {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    line.and_then(|line| number(&line["Max open files".len()..])).unwrap_or(1024)
}

fn after_colon(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

fn number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

/// Processor time a process has used; zero once it is gone.
pub fn cpu_of(pid: u32) -> Duration {
    stat(pid).map_or(Duration::ZERO, |stat| ticks(stat.own))
}

/// Processor time of a process, its children and the children it has waited for.
pub fn cpu_of_family(parent: u32) -> Duration {
    let all = processes().filter_map(stat);
    let spent = all.map(|stat| match stat {
        stat if stat.pid == parent => stat.own + stat.waited,
        stat if stat.parent == parent => stat.own,
        _ => 0,
    });
    ticks(spent.sum())
}

/// Resident memory of a process, in bytes.
pub fn memory_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    after_colon(&status, "VmRSS").and_then(|value| number(&value)).unwrap_or(0) * 1024
}

/// The parent of a process.
pub fn parent_of(pid: u32) -> Option<u32> {
    stat(pid).map(|stat| stat.parent)
}

/// Processor time this process has used.
pub fn own_cpu() -> Duration {
    cpu_of(std::process::id())
}

/// Processor time everything on the machine has used, all cores together.
pub fn busy() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let times: Vec<u64> = fields.filter_map(|field| field.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal: all but the two in which nothing ran.
    let idle: u64 = times.iter().skip(3).take(2).sum();
    ticks(times.iter().take(8).sum::<u64>() - idle)
}

fn ticks(count: u64) -> Duration {
    Duration::from_millis(count * 1000 / TICKS)
}

struct Stat {
    pid: u32,
    parent: u32,
    own: u64,
    waited: u64,
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// See proc(5): the name may hold blanks and brackets, so fields are counted from its end.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let time = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    let parent = fields.get(1)?.parse().ok()?;
    Some(Stat { pid, parent, own: time(11)? + time(12)?, waited: time(13)? + time(14)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_this_process() {
        let me = std::process::id();
        assert!(memory_of(me) > 1 << 20);
        assert!(busy() > Duration::from_secs(1));
        assert!(cpu_of_family(parent_of(me).unwrap()) >= own_cpu());
        assert!(facts().cores > 0 && facts().open_files > 0);
    }
}
