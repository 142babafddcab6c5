//! The str: UTF-8 text that never changes, with its length in characters.
//!
//! Appending in a loop (`s += "x"`) must not copy `s` each time. So the text of a concatenation lies in a buffer with
//! room behind it, and a further concatenation to the string that ends where the buffer's used part ends writes into
//! that room: both strings share the buffer, each with its own length. A buffer never moves and its used part never
//! changes, so text may be borrowed for as long as the string lives.

#![allow(
    unsafe_code,
    reason = "strings share buffers that are written behind their ends"
)]

use std::cell::Cell;
use std::mem::{MaybeUninit, offset_of};
use std::ptr::NonNull;
use std::rc::Rc;

use super::{Header, Kind};
use crate::runtime::heap::{Gc, Heap, HeapObject};

/// Concatenations at least this long get a buffer with room, in bytes.
const SHARING_MINIMUM: usize = 64;

/// The object behind [`Value::Str`](crate::runtime::Value::Str).
#[repr(C)]
#[derive(Debug)]
pub struct StrObject {
    header: Header,
    char_len: u64,
    text: NonNull<str>,
    storage: Storage,
}

#[derive(Debug)]
enum Storage {
    Own(#[expect(dead_code, reason = "it keeps the text alive")] Own),
    Shared(Rc<Buffer>),
}

/// The text of one string alone. (Not a box, which takes it that nobody else points at what it holds.)
#[derive(Debug)]
struct Own(NonNull<str>);

impl Own {
    fn new(text: Box<str>) -> Own {
        Own(NonNull::from(Box::leak(text)))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // SAFETY: the text was leaked from a box in `Own::new`.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// Room for text, of which the first `used` bytes are written and never change again.
#[derive(Debug)]
struct Buffer {
    bytes: NonNull<[MaybeUninit<u8>]>,
    used: Cell<usize>,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: the slice was leaked from a box in `Buffer::new`.
        drop(unsafe { Box::from_raw(self.bytes.as_ptr()) });
    }
}

impl Buffer {
    fn new(capacity: usize) -> Rc<Buffer> {
        Rc::new(Buffer {
            bytes: NonNull::from(Box::leak(Box::new_uninit_slice(capacity))),
            used: Cell::new(0),
        })
    }

    /// Writes `text` behind the used part. False when there is no room.
    fn append(&self, text: &str) -> bool {
        let used = self.used.get();
        if self.bytes.len() - used < text.len() {
            return false;
        }
        // SAFETY: the room behind `used` is large enough, and no string reaches into it.
        unsafe {
            let end = self.bytes.as_ptr().cast::<u8>().add(used);
            std::ptr::copy_nonoverlapping(text.as_ptr(), end, text.len());
        }
        self.used.set(used + text.len());
        true
    }

    /// The first `len` bytes, which must be text that was written.
    fn text(&self, len: usize) -> NonNull<str> {
        debug_assert!(len <= self.used.get());
        // SAFETY: the bytes were written by `append` from whole strings.
        unsafe {
            let bytes = std::slice::from_raw_parts(self.bytes.as_ptr().cast::<u8>(), len);
            NonNull::from(std::str::from_utf8_unchecked(bytes))
        }
    }
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for StrObject {
    const KIND: Kind = Kind::Str;
    const SIZE: usize = 56;
}

impl StrObject {
    /// Offset of the word that holds the length in characters, in bytes.
    pub const CHAR_LEN_OFFSET: usize = offset_of!(StrObject, char_len);

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        // SAFETY: `storage` keeps the text alive and unchanged for as long as the object.
        unsafe { self.text.as_ref() }
    }

    /// The length in characters, as `len` gives it.
    #[inline]
    pub fn char_len(&self) -> usize {
        self.char_len as usize
    }

    /// Whether every character is one byte.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.char_len() == self.as_str().len()
    }

    /// The character at an index, if there is one. Constant time for ASCII text.
    pub fn char_at(&self, index: usize) -> Option<char> {
        if self.is_ascii() {
            self.as_str().as_bytes().get(index).map(|&byte| byte.into())
        } else {
            self.as_str().chars().nth(index)
        }
    }

    pub(super) fn size(&self) -> usize {
        Self::SIZE + self.as_str().len()
    }
}

impl Heap {
    /// A str. Those of at most one ASCII character are shared.
    pub fn str(&self, text: impl AsRef<str> + Into<Box<str>>) -> Gc<StrObject> {
        let shared = match text.as_ref().as_bytes() {
            [] => &self.ascii[128],
            [byte @ 0..128] => &self.ascii[usize::from(*byte)],
            _ => return self.new_str(text.into()),
        };
        shared.get().unwrap_or_else(|| {
            let string = self.new_str(text.into());
            shared.set(Some(string));
            string
        })
    }

    /// A str of one character.
    pub fn char(&self, char: char) -> Gc<StrObject> {
        if let Ok(byte) = u8::try_from(char)
            && let Some(Some(string)) = self.ascii[..128].get(usize::from(byte)).map(Cell::get)
        {
            return string;
        }
        self.str(char.encode_utf8(&mut [0; 4]) as &str)
    }

    fn new_str(&self, text: Box<str>) -> Gc<StrObject> {
        self.count(text.len());
        let char_len = text.chars().count() as u64;
        let own = Own::new(text);
        self.alloc(StrObject {
            header: Header::new(),
            char_len,
            text: own.0,
            storage: Storage::Own(own),
        })
    }

    /// `left + right`. Appending to the result of an earlier `concat` takes time in proportion to `right` alone,
    /// amortised.
    pub fn concat(&self, left: Gc<StrObject>, right: Gc<StrObject>) -> Gc<StrObject> {
        let (head, tail) = (left.as_str(), right.as_str());
        let len = head.len() + tail.len();
        if tail.is_empty() {
            return left;
        }
        if head.is_empty() {
            return right;
        }
        if len < SHARING_MINIMUM {
            return self.new_str([head, tail].concat().into());
        }
        let buffer = match &left.storage {
            Storage::Shared(buffer) if buffer.used.get() == head.len() && buffer.append(tail) => {
                Rc::clone(buffer)
            }
            _ => {
                let capacity = len + len / 2;
                self.count(capacity);
                let buffer = Buffer::new(capacity);
                buffer.append(head);
                buffer.append(tail);
                buffer
            }
        };
        self.alloc(StrObject {
            header: Header::new(),
            char_len: left.char_len + right.char_len,
            text: buffer.text(len),
            storage: Storage::Shared(buffer),
        })
    }
}
