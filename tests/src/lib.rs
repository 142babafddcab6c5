//! Differential, conformance and whole-program tests of Mimeo.
