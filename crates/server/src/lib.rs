//! The program as a library, for tests.
