//! An order of the program's functions in which each follows one that it resembles. Brotli writes a repetition the shorter,
//! the nearer it is: the program is 2 % smaller.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    convert::Infallible,
};

use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{Error, Reencode},
};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser};

use super::program::functions;

/// Bytes that two functions must have in common at a time. Of 2 to 8, 4 did best.
const PIECE: usize = 4;

/// How many orders are tried, each with another beginning: for 100 KB they differ by some hundred bytes.
const TRIED: usize = 8;

/// The same program with its functions in such an order, the smallest after brotli of those that are tried.
///
/// # Errors
/// When it is no WASM file.
pub fn by_resemblance(program: &[u8]) -> Result<Vec<u8>, Error> {
    let (imported, functions) = functions(program)?;
    let mut smallest = program.to_vec();
    let mut smallest_size = size(program);
    for first in (0..functions.len()).step_by(functions.len().div_ceil(TRIED).max(1)) {
        let mut reordering = Reordering::new(imported, chain(&functions, first));
        let mut module = Module::new();
        reordering.parse_core_module(&mut module, Parser::new(0), program)?;
        let reordered = module.finish();
        let size = size(&reordered);
        if size < smallest_size {
            (smallest, smallest_size) = (reordered, size);
        }
    }
    Ok(smallest)
}

/// After brotli, which never fails in memory.
fn size(program: &[u8]) -> usize {
    compress::brotli(program).unwrap_or_default().len()
}

/// Begins with the function `first`. Each next one is, of those left, the one of which the largest share is also in the one
/// before it.
fn chain(functions: &[&[u8]], first: usize) -> Vec<usize> {
    let pieces: Vec<BTreeSet<&[u8]>> = functions
        .iter()
        .map(|function| function.windows(PIECE).collect())
        .collect();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, pieces) in pieces.iter().enumerate() {
        for piece in pieces {
            holders.entry(piece).or_default().push(function);
        }
    }
    let mut rest: BTreeSet<usize> = (0..functions.len()).collect();
    let mut order = Vec::new();
    let mut next = rest.take(&first);
    while let Some(last) = next {
        order.push(last);
        let mut common = vec![0_u64; functions.len()];
        for holder in pieces[last].iter().flat_map(|piece| &holders[piece]) {
            common[*holder] += 1;
        }
        let resemblance = |&candidate: &usize| {
            let size = pieces[candidate].len() as u64 + 1;
            common[candidate] * 1_000_000 / size
        };
        next = rest
            .iter()
            .copied()
            .max_by_key(|candidate| (resemblance(candidate), Reverse(*candidate)));
        next.map(|next| rest.remove(&next));
    }
    order
}

/// Writes a program anew, with other numbers for its functions.
struct Reordering {
    /// How many functions are imported: those keep their numbers.
    imported: u32,
    /// The others in their new order, by their old places.
    order: Vec<usize>,
    /// The other way round.
    places: Vec<u32>,
}

impl Reordering {
    fn new(imported: u32, order: Vec<usize>) -> Self {
        let mut places = vec![0; order.len()];
        for (place, function) in (imported..).zip(&order) {
            places[*function] = place;
        }
        Self {
            imported,
            order,
            places,
        }
    }
}

impl Reencode for Reordering {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(match function.checked_sub(self.imported) {
            Some(function) => self.places[function as usize],
            None => function,
        })
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for &function in &self.order {
            functions.function(types[function]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for function in self.order.clone() {
            self.parse_function_body(code, bodies[function].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        EntityType, ExportKind, ExportSection, Function, ImportSection, TypeSection,
    };
    use wasmparser::{BinaryReader, FunctionBody, Operator, Payload};

    use super::*;

    /// A program with an imported function and these, each of which adds up its numbers and calls the next; the last one
    /// calls the imported one. The first is exported.
    fn program(functions: &[&[i32]]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("page", "log", EntityType::Function(0));
        let mut section = FunctionSection::new();
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, 1);
        let mut code = CodeSection::new();
        for (number, constants) in (1..).zip(functions) {
            let mut body = Function::new([]);
            for constant in *constants {
                body.instructions().i32_const(*constant).drop();
            }
            body.instructions()
                .call(if number == functions.len() as u32 {
                    0
                } else {
                    number + 1
                })
                .end();
            section.function(0);
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.section(&section).section(&exports).section(&code);
        module.finish()
    }

    /// The numbers that pass, from `main` on to the imported function.
    fn run(program: &[u8]) -> Vec<i32> {
        let (imported, bodies) = functions(program).unwrap();
        let mut next = main(program);
        let mut numbers = Vec::new();
        while let Some(function) = next.checked_sub(imported) {
            assert!(numbers.len() < 100, "they call each other in a circle");
            let body = BinaryReader::new(bodies[function as usize], 0);
            for operator in FunctionBody::new(body).get_operators_reader().unwrap() {
                match operator.unwrap() {
                    Operator::I32Const { value } => numbers.push(value),
                    Operator::Call { function_index } => next = function_index,
                    _ => {}
                }
            }
        }
        numbers
    }

    fn main(program: &[u8]) -> u32 {
        let payloads = Parser::new(0).parse_all(program);
        let exports = payloads.filter_map(|payload| match payload.unwrap() {
            Payload::ExportSection(exports) => Some(exports),
            _ => None,
        });
        let mut all = exports.flatten();
        all.next().unwrap().unwrap().index
    }

    const ONE: &[i32] = &[1, 22, 333, 4444, 55555];
    const OTHER: &[i32] = &[-7, -70, -700, -7000, -70000];
    const LIKE_ONE: &[i32] = &[1, 22, 333, 4444, 66666];

    #[test]
    fn functions_that_resemble_each_other_are_neighbours() {
        let program = program(&[ONE, OTHER, LIKE_ONE]);
        let (_, functions) = functions(&program).unwrap();
        assert_eq!(chain(&functions, 0), [0, 2, 1]);
    }

    #[test]
    fn what_resembles_a_function_is_a_share_not_so_many_bytes() {
        let first: Vec<u8> = (0..20).collect();
        let long: Vec<u8> = (0..10).chain(100..200).collect();
        let short: Vec<u8> = (0..8).collect();
        assert_eq!(chain(&[&first, &long, &short], 0), [0, 2, 1]);
    }

    #[test]
    fn a_function_too_short_to_resemble_another_has_a_place() {
        let functions: [&[u8]; 3] = [&[0, 11], &[1, 2, 3, 4, 5], &[0, 11]];
        assert_eq!(chain(&functions, 0).len(), 3);
    }

    #[test]
    fn no_order_of_those_that_are_tried_is_smaller() {
        let program = program(&[OTHER, ONE, LIKE_ONE, ONE, OTHER]);
        let smallest = by_resemblance(&program).unwrap();
        for first in 0..5 {
            let (imported, functions) = functions(&program).unwrap();
            let mut reordering = Reordering::new(imported, chain(&functions, first));
            let mut module = Module::new();
            let parser = Parser::new(0);
            reordering
                .parse_core_module(&mut module, parser, &program)
                .unwrap();
            assert!(size(&smallest) <= size(&module.finish()));
        }
    }

    #[test]
    fn whoever_is_called_is_still_called() {
        let program = program(&[ONE, OTHER, LIKE_ONE]);
        let reordered = by_resemblance(&program).unwrap();
        assert_ne!(reordered, program);
        assert_eq!(run(&reordered), [ONE, OTHER, LIKE_ONE].concat());
    }

    #[test]
    fn a_program_without_functions_of_its_own_stays() {
        let program = Module::new().finish();
        assert_eq!(by_resemblance(&program).unwrap(), program);
    }
}
