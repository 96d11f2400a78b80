//! The program `chinwag`.

/// Takes a tenth of the CPU off a page of messages, which is made of many small texts: see docs/performance.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    chinwag_server::commands::main()
}
