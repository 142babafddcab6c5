//! Makes stencils of this crate's own uops, for the architecture that it is built for.

fn main() -> Result<(), stencils::build::BuildError> {
    stencils::build::Author::new("crate::uops")
        .uops("src/uops/saturate.rs")
        .patterns("pairs.toml")
        .build()
}
