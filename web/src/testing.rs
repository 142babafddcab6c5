//! What the engine says of a program, for tests.

use jit_playground::explain::model::Explanation;
use jit_playground::page::Engine;
use jit_playground::page::protocol::Wish;

use crate::provenance::Side;

/// The explanations of a program, by column.
pub fn explanations(program: &str) -> [Explanation; 2] {
    let mut engine = Engine::new();
    engine.run(program, Box::new(std::io::sink()));
    Side::BOTH.map(|side| {
        let wish = Wish {
            arch: side.arch(),
            super_stencils: true,
            choices: Vec::new(),
        };
        let json = engine.explain(&wish).expect("the program was loaded");
        serde_json::from_str(&json).expect("an explanation is read as it was written")
    })
}
