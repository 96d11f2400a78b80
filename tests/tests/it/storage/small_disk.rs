//! A file system of a few megabytes, made for one test, and what fills it.

use chinwag_testkit::{Engine, TestServer};
use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A small file system in memory; gone when this is dropped. Mounting it takes root.
pub(crate) struct SmallDisk {
    directory: TempDir,
}

impl SmallDisk {
    pub(crate) fn new(kib: u32) -> Self {
        let directory = TempDir::with_prefix("chinwag-disk-").unwrap();
        run(Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "chinwag-test"])
            .arg(directory.path()));
        Self { directory }
    }

    /// A server whose data is on this disk.
    pub(crate) async fn server(&self) -> TestServer {
        TestServer::with(Engine::Sqlite, |settings| {
            settings.data_dir = self.directory.path().join("data")
        })
        .await
    }

    /// Takes all the room there is, to the last byte.
    pub(crate) fn fill(&self) -> Filling {
        let path = self.directory.path().join("filling");
        let mut file = File::create(&path).unwrap();
        for piece in [64 * 1024, 4096, 512, 1] {
            while file.write_all(&vec![1; piece]).is_ok() {}
        }
        Filling(path)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a server may be ending still, and lets go when it has.
        run(Command::new("umount").arg("--lazy").arg(self.directory.path()));
    }
}

/// Something that is in the way until it is dropped.
pub(crate) struct Filling(PathBuf);

impl Drop for Filling {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn remove(path: &Path) {
    std::fs::remove_file(path).expect("what was made can be removed");
}

fn run(command: &mut Command) {
    let output = command.output().expect("mount and umount are there");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "a small disk takes root to mount: {command:?}: {said}");
}
