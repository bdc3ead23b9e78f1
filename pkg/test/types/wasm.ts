// The WebAssembly module declares the same types as the package: as each is generated or written on its own, this is
// where they would be seen to part. Compiled, never run: see types.test.ts.
import type * as own from "cardseal";
import type * as direct from "cardseal/direct";
import type * as wasm from "../../wasm/cardseal.js";

/** `true` only for types that are the same in every detail. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** One type with all its members written out: names of interfaces do not count. */
type Spelled<T> = T extends (infer Item)[] ? Spelled<Item>[] : T extends object ? { [K in keyof T]: Spelled<T[K]> } : T;

function same<A, B>(_: Same<Spelled<A>, Spelled<B>>): void {}

same<own.Field, wasm.Field>(true);
same<own.Brand, wasm.Brand>(true);
same<own.ProblemCode, wasm.ProblemCode>(true);
same<own.ErrorCode, wasm.ErrorCode>(true);
same<own.FieldState, wasm.FieldState>(true);
same<own.CardState, wasm.CardState>(true);
same<own.CardEvent, wasm.CardEvent>(true);
same<own.Step, wasm.Step>(true);
same<own.Failure, wasm.Failure>(true);
same<own.TokenizeResult, wasm.TokenizeResult>(true);
same<keyof direct.CardInputs, keyof wasm.CardInputs>(true);

// The check itself: it does see a member that differs, one that is optional, and one too many.
same<{ a: 1 }, { a: 2 }>(false);
same<{ a: 1 }, { a?: 1 }>(false);
same<{ a: { b: 1 }[] }, { a: { b: 1; c: 1 }[] }>(false);
