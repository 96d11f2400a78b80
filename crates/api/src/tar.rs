//! Archives that are written while they are read (POSIX.1-1988 `ustar`): a head before each file, whose
//! size is known, and blocks of 512 bytes.

/// Bytes of a block.
const BLOCK: usize = 512;
/// What ends an archive: without it, it is torn.
pub(crate) static END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];
/// From here on a size does not fit into eleven octal digits.
const LARGE: u64 = 1 << 33;

/// The head of a file. The name is ours: ASCII, of at most 100 bytes.
pub(crate) fn head(name: &str, size: u64, modified: u64) -> [u8; BLOCK] {
    let mut head = [0; BLOCK];
    put(&mut head, 0, name.get(..100).unwrap_or(name).as_bytes());
    put(&mut head, 100, b"0000600\0");
    put(&mut head, 108, b"0000000\0");
    put(&mut head, 116, b"0000000\0");
    if size < LARGE {
        put(&mut head, 124, format!("{size:011o}\0").as_bytes());
    } else {
        // As GNU tar writes what is larger, and everybody reads.
        put(&mut head, 124, &[0x80, 0, 0, 0]);
        put(&mut head, 128, &size.to_be_bytes());
    }
    put(&mut head, 136, format!("{modified:011o}\0").as_bytes());
    put(&mut head, 148, b"        ");
    put(&mut head, 156, b"0");
    put(&mut head, 257, b"ustar\x0000");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    put(&mut head, 148, format!("{sum:06o}\0 ").as_bytes());
    head
}

fn put(head: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    head[at..at + bytes.len()].copy_from_slice(bytes);
}

/// What follows the bytes of a file of this size, up to the next block.
pub(crate) fn padding(size: u64) -> &'static [u8] {
    let over = (size % BLOCK as u64) as usize;
    if over == 0 { &[] } else { &END[over..BLOCK] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };

    #[test]
    fn tar_lists_it() {
        let mut archive = Vec::new();
        for (name, bytes) in [("lines-0001.jsonl", &b"{}\n"[..]), ("files/x.png", &[7; 1_024])] {
            archive.extend(head(name, bytes.len() as u64, 1_795_000_000));
            archive.extend(bytes);
            archive.extend(padding(bytes.len() as u64));
        }
        archive.extend(END);
        let mut tar = Command::new("tar")
            .args(["--utc", "-tvf", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        tar.stdin.take().unwrap().write_all(&archive).unwrap();
        let output = tar.wait_with_output().unwrap();
        let listed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success());
        assert!(listed.contains("lines-0001.jsonl") && listed.contains("1024 2026-"), "{listed}");
        assert!(listed.contains("files/x.png") && listed.starts_with("-rw-------"), "{listed}");
    }

    #[test]
    fn large_files_have_large_sizes() {
        let size = 9 << 30;
        let head = head("x", size, 0);
        assert_eq!((head[124], &head[128..136]), (0x80, &size.to_be_bytes()[..]));
    }
}
