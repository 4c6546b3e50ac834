//! Small numbers in place of the hashes of 16 bytes that tell Rust's types apart (`core::any::TypeId`): nothing makes a
//! hash smaller, and they are 2 % of the program after brotli.

use std::{collections::HashMap, convert::Infallible};

use wasm_encoder::{
    DataSection, Instruction, Module,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{
    BinaryReader, BinaryReaderError, Data, DataKind, FunctionBody, Operator, Parser, Payload,
};

use super::program::functions;

/// Bytes of a hash.
const LENGTH: usize = 16;

/// The same program with such numbers.
///
/// # Errors
/// When it is no WASM file.
pub fn shorten(program: &[u8]) -> Result<Vec<u8>, Error> {
    let memory = memory(program)?;
    let mut shortening = Shortening::default();
    for function in functions(program)?.1 {
        let hash = told_address(function)?.and_then(|address| hash_at(&memory, address));
        if let Some(hash) = hash {
            shortening.add(hash);
        }
    }
    let mut module = Module::new();
    shortening.parse_core_module(&mut module, Parser::new(0), program)?;
    Ok(module.finish())
}

/// What the memory begins with: addresses and what is there.
fn memory(program: &[u8]) -> Result<Vec<(u64, &[u8])>, BinaryReaderError> {
    let mut memory = Vec::new();
    for payload in Parser::new(0).parse_all(program) {
        let Payload::DataSection(section) = payload? else {
            continue;
        };
        for data in section {
            let Data { kind, data, .. } = data?;
            if let DataKind::Active { offset_expr, .. } = kind
                && let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
            {
                memory.push((value as u64, data));
            }
        }
    }
    Ok(memory)
}

/// The address of the hash that a function returns, if it does nothing else: then it is a type's `Any::type_id`.
fn told_address(function: &[u8]) -> Result<Option<u64>, BinaryReaderError> {
    let body = FunctionBody::new(BinaryReader::new(function, 0));
    let operators = body
        .get_operators_reader()?
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let (Some(first), Some(second)) = (half(&operators, 0), half(&operators, 4)) else {
        return Ok(None);
    };
    let halves = [first.min(second), first.max(second)];
    let [(0, address), (8, next)] = halves else {
        return Ok(None);
    };
    Ok((next == address + 8 && matches!(operators[8..], [Operator::End])).then_some(address))
}

/// Reads four operators from `start` on, if they copy eight bytes: to where in the caller's result, and from what address.
fn half(operators: &[Operator<'_>], start: usize) -> Option<(u64, u64)> {
    match operators.get(start..start + 4)? {
        [
            Operator::LocalGet { local_index: 0 },
            Operator::I32Const { value },
            Operator::I64Load { memarg: from },
            Operator::I64Store { memarg: to },
        ] => Some((to.offset, *value as u64 + from.offset)),
        _ => None,
    }
}

/// The 16 bytes there, if they are a hash: four words of which none is small, as addresses, lengths and counts are.
fn hash_at(memory: &[(u64, &[u8])], address: u64) -> Option<[u8; LENGTH]> {
    let hash: [u8; LENGTH] = memory.iter().find_map(|(start, data)| {
        let start = address.checked_sub(*start)? as usize;
        data.get(start..start + LENGTH)?.try_into().ok()
    })?;
    let is_hash = hash.chunks(4).all(|word| word[2..] != [0, 0]);
    is_hash.then_some(hash)
}

/// Writes a program anew, with numbers for hashes wherever they are.
#[derive(Default)]
struct Shortening {
    numbers: HashMap<[u8; LENGTH], i64>,
    halves: HashMap<i64, i64>,
}

impl Shortening {
    fn add(&mut self, hash: [u8; LENGTH]) {
        let next = self.numbers.len() as i64 + 1;
        let number = *self.numbers.entry(hash).or_insert(next);
        let value = u128::from_le_bytes(hash);
        self.halves.insert(value as i64, number);
        self.halves.insert((value >> 64) as i64, 0);
    }
}

impl Reencode for Shortening {
    type Error = Infallible;

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Error> {
        if let Operator::I64Const { value } = operator
            && let Some(half) = self.halves.get(&value)
        {
            return Ok(Instruction::I64Const(*half));
        }
        utils::instruction(self, operator)
    }

    fn parse_data(&mut self, section: &mut DataSection, data: Data<'_>) -> Result<(), Error> {
        let mut bytes = data.data.to_vec();
        for start in 0..bytes.len() {
            if let Some(place) = bytes[start..].first_chunk_mut()
                && let Some(number) = self.numbers.get(place)
            {
                *place = (*number as u128).to_le_bytes();
            }
        }
        let data = Data {
            data: &bytes,
            ..data
        };
        utils::parse_data(self, section, data)
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, Function, FunctionSection, MemArg, MemorySection, MemoryType,
        TypeSection, ValType,
    };

    use super::*;

    const HASH: u128 = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210;
    const OTHER: u128 = 0x1111_2222_3333_4444_5555_6666_7777_8888;
    const PLACE: i32 = 1000;

    /// A program with these in its memory, a function that tells each of them, and one with the halves of the first.
    fn program(told: &[u128], halves: [i64; 2]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32, ValType::I32], []);
        let mut functions = FunctionSection::new();
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut code = CodeSection::new();
        for number in 0..told.len() {
            functions.function(0);
            code.function(&type_id(PLACE + number as i32 * 16));
        }
        functions.function(0);
        let mut comparison = Function::new([]);
        for half in halves {
            comparison.instructions().i64_const(half).drop();
        }
        comparison.instructions().end();
        code.function(&comparison);
        let mut data = DataSection::new();
        let bytes: Vec<u8> = told.iter().flat_map(|told| told.to_le_bytes()).collect();
        data.active(0, &ConstExpr::i32_const(PLACE), bytes);
        let mut module = Module::new();
        module.section(&types).section(&functions);
        module.section(&memories).section(&code).section(&data);
        module.finish()
    }

    /// As the compiler writes it: the upper half first.
    fn type_id(address: i32) -> Function {
        let mut body = Function::new([]);
        for half in [8, 0] {
            let at = |offset| MemArg {
                offset,
                align: 2,
                memory_index: 0,
            };
            body.instructions()
                .local_get(0)
                .i32_const(address + half)
                .i64_load(at(0))
                .i64_store(at(half as u64));
        }
        body.instructions().end();
        body
    }

    fn halves(hash: u128) -> [i64; 2] {
        [hash as i64, (hash >> 64) as i64]
    }

    #[test]
    fn a_hash_is_the_same_number_in_memory_and_in_code() {
        let long = program(&[HASH, OTHER, HASH], halves(HASH));
        let short = program(&[1, 2, 1], halves(1));
        assert_eq!(shorten(&long).unwrap(), short);
    }

    #[test]
    fn what_may_be_an_address_or_a_length_stays() {
        let words = HASH & !0xffff_0000;
        let program = program(&[words], halves(words));
        assert_eq!(shorten(&program).unwrap(), program);
    }

    #[test]
    fn a_constant_that_no_function_tells_stays() {
        let program = program(&[], halves(HASH));
        assert_eq!(shorten(&program).unwrap(), program);
    }
}
