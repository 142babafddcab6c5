//! The uops, the stencil data model and reader, and the tool that makes stencil libraries.
