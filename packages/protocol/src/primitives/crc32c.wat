;; CRC-32C of what stands at `data`, by sparse folding (the idea of the "Chorba" CRC).
;;
;; CRC-32C's generator divides x^209 + x^144 + x^54 + x^39 + x^14 + 1. So a bit is the same to the CRC as its copies
;; 65, 155, 170, 195 and 209 bits later, and (the polynomial raised to the 8th or 32nd power) a byte or a word of
;; four as its copies so many bytes or words later. Message after message is divided by that polynomial with nothing
;; but XOR of vectors: first in words, which leaves 836 to 851 bytes, then in bytes, which leaves 209 to 224, and
;; these go through look-up tables, 16 bytes a step.
;;
;; The memory:      0  sixteen tables of 256 words, filled in by whoever makes the instance
;;              16384  836 bytes of quotient that stand before `data`: zero but within a long message
;;              17232  `data`, up to 34816 bytes
;;              52912  what the division in words leaves; the 209 bytes before it are always zero
;;              53792  what the division in bytes leaves
;; `npm run generate:crc32c` makes crc32c-module.ts of this.
(module
  (memory (export "memory") 1)

  ;; A message's last part, up to 34816 bytes (and at least 2048 where `absorb` came before): returns the CRC's state.
  (func (export "finish") (param $state i32) (param $length i32) (result i32)
    (local $data i32)
    (local.set $data (i32.const 17232))
    (call $begin (local.get $state))
    (if (i32.ge_u (local.get $length) (i32.const 2048))
      (then
        (local.set $length (call $divide (local.get $data) (local.get $length) (i32.const 52912) (i32.const 4)))
        (local.set $data (i32.const 52912))))
    (if (i32.ge_u (local.get $length) (i32.const 320))
      (then
        (local.set $length (call $divide (local.get $data) (local.get $length) (i32.const 53792) (i32.const 1)))
        (local.set $data (i32.const 53792))))
    (call $look_up (local.get $data) (local.get $length)))

  ;; A part of a message that is not the last one, of a multiple of 16 bytes, at least 836.
  (func (export "absorb") (param $state i32) (param $length i32)
    (local $end i32)
    (local.set $end (i32.add (i32.const 17232) (local.get $length)))
    (call $begin (local.get $state))
    (call $fold_words (i32.const 17232) (local.get $end))
    (memory.copy (i32.const 16396) (i32.sub (local.get $end) (i32.const 836)) (i32.const 836)))

  ;; A state before a message is the same as its XOR into the first four bytes.
  (func $begin (param $state i32)
    (i32.store (i32.const 17232) (i32.xor (i32.load (i32.const 17232)) (local.get $state))))

  ;; Divides, puts what is left to `rest`, and returns the length of that.
  (func $divide (param $data i32) (param $length i32) (param $rest i32) (param $unit i32) (result i32)
    (local $quotient i32)
    (local $end i32)
    (local.set $quotient
      (i32.and
        (i32.sub (local.get $length) (i32.mul (i32.const 209) (local.get $unit)))
        (i32.const -16)))
    (local.set $end (i32.add (local.get $data) (local.get $quotient)))
    (local.set $length (i32.sub (local.get $length) (local.get $quotient)))
    (if (i32.eq (local.get $unit) (i32.const 4))
      (then (call $fold_words (local.get $data) (local.get $end)))
      (else (call $fold (local.get $data) (local.get $data) (local.get $end) (local.get $unit))))
    ;; What is left takes copies of the quotient, but gives none: where it stood, the quotient goes on as zeros.
    (memory.copy (local.get $rest) (local.get $end) (local.get $length))
    (memory.fill (local.get $end) (i32.const 0) (i32.add (local.get $length) (i32.const 16)))
    (call $fold
      (local.get $rest)
      (local.get $end)
      (i32.add (local.get $rest) (local.get $length))
      (local.get $unit))
    (local.get $length))

  ;; XORs into each vector from `data` to `end` those that stand 65, 155, 170, 195 and 209 units before `quotient`.
  (func $fold (param $data i32) (param $quotient i32) (param $end i32) (param $unit i32)
    (local $at65 i32)
    (local $at155 i32)
    (local $at170 i32)
    (local $at195 i32)
    (local.set $at65 (i32.sub (local.get $quotient) (i32.mul (i32.const 65) (local.get $unit))))
    (local.set $at155 (i32.sub (local.get $quotient) (i32.mul (i32.const 155) (local.get $unit))))
    (local.set $at170 (i32.sub (local.get $quotient) (i32.mul (i32.const 170) (local.get $unit))))
    (local.set $at195 (i32.sub (local.get $quotient) (i32.mul (i32.const 195) (local.get $unit))))
    (local.set $quotient (i32.sub (local.get $quotient) (i32.mul (i32.const 209) (local.get $unit))))
    (loop $next
      (v128.store
        (local.get $data)
        (v128.xor
          (v128.xor
            (v128.xor (v128.load (local.get $data)) (v128.load (local.get $quotient)))
            (v128.xor (v128.load (local.get $at195)) (v128.load (local.get $at170))))
          (v128.xor (v128.load (local.get $at155)) (v128.load (local.get $at65)))))
      (local.set $at65 (i32.add (local.get $at65) (i32.const 16)))
      (local.set $at155 (i32.add (local.get $at155) (i32.const 16)))
      (local.set $at170 (i32.add (local.get $at170) (i32.const 16)))
      (local.set $at195 (i32.add (local.get $at195) (i32.const 16)))
      (local.set $quotient (i32.add (local.get $quotient) (i32.const 16)))
      (local.set $data (i32.add (local.get $data) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $data) (local.get $end)))))

  ;; The same in words, where the quotient is what is folded, as nearly all of a long message is: with the distances in
  ;; the instructions one pointer is enough, which stands 836 bytes before the vector.
  (func $fold_words (param $data i32) (param $end i32)
    (local.set $data (i32.sub (local.get $data) (i32.const 836)))
    (local.set $end (i32.sub (local.get $end) (i32.const 836)))
    (loop $next
      (v128.store offset=836
        (local.get $data)
        (v128.xor
          (v128.xor
            (v128.xor (v128.load offset=836 (local.get $data)) (v128.load (local.get $data)))
            (v128.xor (v128.load offset=56 (local.get $data)) (v128.load offset=156 (local.get $data))))
          (v128.xor (v128.load offset=216 (local.get $data)) (v128.load offset=576 (local.get $data)))))
      (local.set $data (i32.add (local.get $data) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $data) (local.get $end)))))

  ;; Slicing by 16: a table for each byte, so that the look-ups do not wait for each other.
  (func $look_up (param $data i32) (param $length i32) (result i32)
    (local $state i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $data) (i32.and (local.get $length) (i32.const -16))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $data) (local.get $end)))
        (local.set $state (i32.xor (local.get $state) (i32.load (local.get $data))))
        (i32.load offset=15360 (i32.shl (i32.and (local.get $state) (i32.const 255)) (i32.const 2)))
        (i32.load offset=14336 (i32.shl (i32.and (i32.shr_u (local.get $state) (i32.const 8)) (i32.const 255)) (i32.const 2)))
        i32.xor
        (i32.load offset=13312 (i32.shl (i32.and (i32.shr_u (local.get $state) (i32.const 16)) (i32.const 255)) (i32.const 2)))
        i32.xor
        (i32.load offset=12288 (i32.shl (i32.shr_u (local.get $state) (i32.const 24)) (i32.const 2)))
        i32.xor
        (i32.load offset=11264 (i32.shl (i32.load8_u offset=4 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=10240 (i32.shl (i32.load8_u offset=5 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=9216 (i32.shl (i32.load8_u offset=6 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=8192 (i32.shl (i32.load8_u offset=7 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=7168 (i32.shl (i32.load8_u offset=8 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=6144 (i32.shl (i32.load8_u offset=9 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=5120 (i32.shl (i32.load8_u offset=10 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=4096 (i32.shl (i32.load8_u offset=11 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=3072 (i32.shl (i32.load8_u offset=12 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=2048 (i32.shl (i32.load8_u offset=13 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=1024 (i32.shl (i32.load8_u offset=14 (local.get $data)) (i32.const 2)))
        i32.xor
        (i32.load offset=0 (i32.shl (i32.load8_u offset=15 (local.get $data)) (i32.const 2)))
        i32.xor
        local.set $state
        (local.set $data (i32.add (local.get $data) (i32.const 16)))
        (br $next)))
    (local.set $end (i32.add (local.get $data) (i32.and (local.get $length) (i32.const 15))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $data) (local.get $end)))
        (local.set $state
          (i32.xor
            (i32.shr_u (local.get $state) (i32.const 8))
            (i32.load
              (i32.shl
                (i32.and (i32.xor (local.get $state) (i32.load8_u (local.get $data))) (i32.const 255))
                (i32.const 2)))))
        (local.set $data (i32.add (local.get $data) (i32.const 1)))
        (br $next)))
    (local.get $state)))
