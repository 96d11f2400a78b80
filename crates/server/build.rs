//! Links the program so that it takes less memory, where this machine can run such a program.

use std::{env, process::Command};

/// What the loader has to adjust at every start stands packed then: 17 KB instead of 1.4 MB.
const PACKED: &str = "cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs";

/// Set while building what shall start on older systems than this one.
const PORTABLE: &str = "CHINWAG_PORTABLE";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed={PORTABLE}");
    let is_for_here = env::var("TARGET") == env::var("HOST") && env::var_os(PORTABLE).is_none();
    if is_for_here && glibc().is_some_and(|version| version >= (2, 36)) {
        println!("{PACKED}");
    }
}

/// The version of this machine's C library, if it is glibc, the only one that says so: an older one starts no packed
/// program.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
