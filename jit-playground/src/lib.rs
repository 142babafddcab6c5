//! A Python-subset tracing VM on the Mimeo engine, and the command mimeo.
