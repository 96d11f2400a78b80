//! Stopping and starting again under load: what was acknowledged is there, what was missed comes, and clients
//! that come back by themselves lose nothing and see nothing twice.

mod farewell;
mod load;
mod under_load;
