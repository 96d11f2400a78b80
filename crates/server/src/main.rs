//! The program `chinwag`.

fn main() -> std::process::ExitCode {
    chinwag_server::commands::main()
}
