//! Many random regions before all judges, whatever happens: the regions are run by workers, processes of their own, so
//! that one that crashes or hangs is a difference like any other, and the same supervisor serves workers for another
//! architecture under an emulator.
//!
//! - [`worker`] judges a range of regions and says what it is at; or one region that it reads.
//! - [`supervisor`] starts workers, counts, and has what it finds made small.
//! - [`found`] is what it finds: judged again by workers, shrunk, printed, kept.
//!
//! Start at [`supervisor::run`].

pub mod found;
pub mod supervisor;
pub mod worker;
