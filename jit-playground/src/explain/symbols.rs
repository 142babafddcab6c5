//! Names for the addresses that traces embed.
//!
//! Addresses differ from run to run. An explanation replaces those that it knows by made-up ones, always the same, so
//! that it is the same for every run, and shows them by name.

use std::collections::HashMap;

use jit_native::region::{Region, ValueDef};
use stencils::table::Type;

use crate::bytecode::Globals;
use crate::runtime::address;
use crate::trace::lower::Addresses;
use crate::trace::recording::Recording;
use crate::trace::uop::{VmUop, show_value};
use crate::trace::watch::is_object;

/// The first made-up address, and the distance of two.
const FIRST: u64 = 0x5000_0000_0000;
const DISTANCE: u64 = 0x1000;

/// Known addresses, with made-up ones and names.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    known: HashMap<u64, u64>,
    names: HashMap<u64, String>,
}

impl Symbols {
    pub fn new(addresses: Addresses) -> Symbols {
        let mut symbols = Symbols::default();
        symbols.add(addresses.attention, "&attention".to_owned());
        symbols.add(addresses.area, "&arguments".to_owned());
        symbols.add(addresses.helper, "&call_helper".to_owned());
        symbols
    }

    fn add(&mut self, address: u64, name: String) {
        if address == 0 || self.known.contains_key(&address) {
            return;
        }
        let made_up = FIRST + self.known.len() as u64 * DISTANCE;
        self.known.insert(address, made_up);
        self.names.insert(made_up, name);
    }

    /// Adds what a recording embeds.
    pub fn add_recording(&mut self, recording: &Recording) {
        for recorded in &recording.uops {
            if let Some(value) = recorded.uop.constant()
                && is_object(value.tag())
            {
                self.add(value.payload(), show_value(value));
            }
            if let VmUop::LoadGlobal { slot, .. }
            | VmUop::LoadGlobalBuiltin { slot, .. }
            | VmUop::StoreGlobal { slot } = recorded.uop
            {
                let globals = recording.origins[recorded.origin as usize].code.globals();
                let address = address::word(Globals::address(&globals, slot));
                let name = globals.names().get(slot as usize).map_or("?", |name| name);
                self.add(address, format!("&{name}"));
            }
            if let VmUop::PushFrame { function, .. } = recorded.uop {
                for &default in function.defaults() {
                    if is_object(default.tag()) {
                        self.add(default.payload(), show_value(default));
                    }
                }
            }
        }
    }

    /// Replaces the known addresses in a region.
    pub fn replace_in(&self, region: &mut Region) {
        for value in region.values() {
            if let Some(bits) = region.constant(value)
                && region.ty(value) == Type::I64
                && let Some(&made_up) = self.known.get(&bits)
            {
                region.set_def(value, ValueDef::Const(made_up));
            }
        }
    }

    /// The name of a real address, if it is known.
    pub fn name_of(&self, address: u64) -> Option<&str> {
        self.name(*self.known.get(&address)?)
    }

    /// The name of a made-up address.
    pub fn name(&self, bits: u64) -> Option<&str> {
        self.names.get(&bits).map(String::as_str)
    }
}
