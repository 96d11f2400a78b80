//! The program from outside: its settings, its command line, its start and its end.

mod command_line;
mod life;
mod settings;
