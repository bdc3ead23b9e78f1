//! The vault from outside: its router in this process, and its program as another process.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod audit;
mod cors;
mod crash;
mod faults;
mod frame;
mod in_process;
mod key_program;
mod keys;
mod leaks;
mod malformed;
mod payments;
mod processes;
mod program;
mod receipts;
mod refusals;
mod replay;
mod runbook;
mod scan;
mod shop;
mod tokens;
