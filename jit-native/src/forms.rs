//! The patterns of one uop as the engine's own ops look for them: the cheapest one whose immediates take these constants.
//! For copies, spills, constants, and what stubs store.
//!
//! Built once per library. Start with [`Forms::cheapest`].

use crate::select::index::{PatternIndex, accepts};
use crate::variants::VariantTable;
use stencils::library::{ImmRange, Library, PatternArg, PatternId, StencilId};
use stencils::table::UopKind;

/// The most immediates of such a pattern.
const MAX_IMMS: usize = 2;

/// One pattern.
#[derive(Clone, Copy, Debug)]
struct Form {
    /// The operands that are immediates, as a set.
    constants: u8,
    /// The number of its operands.
    operands: u8,
    /// The ranges of its immediates, in their order.
    ranges: [ImmRange; MAX_IMMS],
    pattern: PatternId,
    stencil: StencilId,
}

/// The patterns, by kind, cheaper ones first.
#[derive(Debug)]
pub(crate) struct Forms {
    /// By kind: where its patterns start; one more entry at the end.
    starts: Vec<u32>,
    list: Vec<Form>,
    /// By type: the stores of a register to a frame word, which exits are made of.
    frame_stores: [Vec<(ImmRange, StencilId)>; 2],
}

impl Forms {
    /// The patterns of these kinds. Others have none here.
    pub(crate) fn new(
        library: &Library,
        patterns: &PatternIndex,
        variants: &VariantTable,
        kinds: usize,
        wanted: &[UopKind],
        frame_stores: [UopKind; 2],
    ) -> Forms {
        let mut forms = Forms {
            starts: vec![0],
            list: Vec::new(),
            frame_stores: [Vec::new(), Vec::new()],
        };
        for kind in (0..kinds).map(|kind| UopKind(kind as u16)) {
            if wanted.contains(&kind) {
                for candidate in patterns.singles(kind) {
                    let stencil = variants.keeping(candidate.plain.pattern);
                    let form = Form::new(library, candidate.plain.pattern, stencil);
                    forms.list.extend(form);
                }
            }
            forms.starts.push(forms.list.len() as u32);
        }
        forms.frame_stores = frame_stores.map(|kind| {
            let all = forms.of(kind).iter();
            let stores = all.filter(|form| form.constants == 0b01 && form.operands == 2);
            stores.map(|form| (form.ranges[0], form.stencil)).collect()
        });
        forms
    }

    fn of(&self, kind: UopKind) -> &[Form] {
        let kind = usize::from(kind.0);
        &self.list[self.starts[kind] as usize..self.starts[kind + 1] as usize]
    }

    /// The stencils that store a register of a class to a frame word, cheaper ones first, with the offsets that they take.
    pub(crate) fn frame_stores(&self, class: usize) -> &[(ImmRange, StencilId)] {
        &self.frame_stores[class]
    }

    /// The cheapest stencil that stores a register of a class to the frame word at this offset.
    #[inline]
    pub(crate) fn frame_store(&self, class: usize, offset: i64) -> StencilId {
        let mut stores = self.frame_stores[class].iter();
        let store = stores.find(|(range, _)| accepts(range, offset));
        // The machine has been checked to have one for every offset.
        store.map_or(StencilId(0), |(_, stencil)| *stencil)
    }

    /// A stencil that takes every combination of these operands: constants in a range where `Some`.
    pub(crate) fn covering(
        &self,
        kind: UopKind,
        operands: &[Option<ImmRange>],
    ) -> Option<StencilId> {
        let mut all = self.of(kind).iter();
        all.find(|form| form.covers(operands))
            .map(|form| form.stencil)
    }

    /// The cheapest pattern of a kind whose operands are these, constants where `Some`, and its stencil. Its immediates
    /// are the constants, in their order.
    #[inline]
    pub(crate) fn cheapest(
        &self,
        kind: UopKind,
        operands: &[Option<i64>],
    ) -> Option<(PatternId, StencilId)> {
        let all = self.of(kind);
        let mut constants = 0u8;
        let mut values = [0; MAX_IMMS];
        let mut count = 0;
        for (n, operand) in operands.iter().enumerate() {
            if let Some(value) = *operand {
                constants |= 1 << n;
                *values.get_mut(count)? = value;
                count += 1;
            }
        }
        let form = all.iter().find(|form| {
            form.constants == constants
                && usize::from(form.operands) == operands.len()
                && (count < 1 || accepts(&form.ranges[0], values[0]))
                && (count < 2 || accepts(&form.ranges[1], values[1]))
        })?;
        Some((form.pattern, form.stencil))
    }
}

/// Whether a range takes every constant that another one takes.
fn covers(range: &ImmRange, wanted: &ImmRange) -> bool {
    range.min <= wanted.min && wanted.max <= range.max && range.align_log2 <= wanted.align_log2
}

impl Form {
    /// Whether its operands are these: what an immediate may be where `Some`.
    fn covers(&self, operands: &[Option<ImmRange>]) -> bool {
        let constants = operands.iter().flatten();
        usize::from(self.operands) == operands.len()
            && operands
                .iter()
                .enumerate()
                .all(|(n, operand)| operand.is_some() == (self.constants >> n & 1 != 0))
            && constants
                .zip(&self.ranges)
                .all(|(wanted, range)| covers(range, wanted))
    }

    /// A pattern, unless it is of several uops or its immediates are not its operands in their order.
    fn new(library: &Library, id: PatternId, stencil: StencilId) -> Option<Form> {
        let pattern = &library.patterns[id.0 as usize];
        let [uop] = &pattern.uops[..] else {
            return None;
        };
        let nothing = ImmRange {
            min: 0,
            max: 0,
            align_log2: 0,
        };
        let mut ranges = [nothing; MAX_IMMS];
        let (mut constants, mut imms) = (0, 0u8);
        for (n, arg) in uop.args.iter().enumerate() {
            match *arg {
                PatternArg::Imm(imm) if imm == imms => {
                    *ranges.get_mut(usize::from(imm))? = pattern.immediates[usize::from(imm)];
                    constants |= 1 << n;
                    imms += 1;
                }
                PatternArg::Input(_) => {}
                _ => return None,
            }
        }
        Some(Form {
            constants,
            operands: uop.args.len() as u8,
            ranges,
            pattern: id,
            stencil,
        })
    }
}
