//! The Mimeo engine: regions of uops compiled to machine code by copying and patching stencils.
