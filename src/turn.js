// The module's turns: who has it work, and what happens when it traps.
//
// A panic of the module is a trap. The call ends in its middle, and nothing in the module's memory can be trusted after it; so
// what has to be known then is kept here. Whatever the module does is a turn, which begins with `enter` and ends with `leave`. A
// turn that has not ended when another begins, or when the browser comes to its microtasks, which it never does during one,
// has trapped. Then none begins any more, and every promise that was handed out is settled.

let running = false;
let trapped = false;
/** For each promise that is not settled, the function that does it. */
const waiting = new Set();
/** Goes on with the task that was gone on with last. */
let current;

/** Begins a turn; false if the module has trapped, and must do nothing any more. */
export function enter() {
  check();
  if (trapped) return false;
  running = true;
  queueMicrotask(check);
  return true;
}

/** Ends the turn. */
export function leave() {
  running = false;
}

function check() {
  if (!running) return;
  running = false;
  trapped = true;
  for (const settle of waiting) settle();
}

/** A listener that has the module handle each event in a turn of its own. */
export function listener(handle) {
  return (place, event) => {
    if (!enter()) return;
    handle(place, event);
    leave();
  };
}

/** Calls a listener of the page's. What it throws is reported, as an unhandled rejection. */
export function tell(listener, event) {
  try {
    listener(event);
  } catch (error) {
    Promise.reject(error);
  }
}

/** Has the browser not do what it would do at the event. */
export function preventDefault(event) {
  event.preventDefault();
}

/** Begins a task. `step` goes on with it as far as it gets, and gives its outcome once there is one. */
export function spawn(step, settle) {
  const task = () => {
    if (!enter()) return settle?.();
    current = task;
    const outcome = step();
    leave();
    if (outcome !== undefined) settle?.(outcome);
  };
  queueMicrotask(task);
}

/** The promise of a task: of its outcome or, where `rejects`, of the error in its outcome. `fallback` is the outcome of a trap. */
export function promise(step, fallback, rejects) {
  return new Promise((resolve, reject) => {
    const settle = (outcome = fallback) => {
      waiting.delete(settle);
      if (!rejects) resolve(outcome);
      else if (outcome.error) reject(outcome.error);
      else resolve();
    };
    waiting.add(settle);
    spawn(step, settle);
  });
}

const KEPT = 1;
const BROKEN = 2;
const LATE = 3;

/** Has the current task go on when the promise, if there is one, is settled, and after so many milliseconds at the latest. */
export function wait(promise, milliseconds) {
  const task = current;
  const waited = {};
  const end = (how) => (value) => {
    if (waited.how) return;
    cancel(waited);
    Object.assign(waited, { how, value });
    task();
  };
  promise?.then(end(KEPT), end(BROKEN));
  waited.timer = setTimeout(end(LATE), milliseconds);
  return waited;
}

/** How waiting has ended; 0 as long as it has not. */
export function ended({ how = 0 }) {
  return how;
}

/** What the promise gave. */
export function value({ value }) {
  return value;
}

/** Stops waiting. */
export function cancel({ timer }) {
  clearTimeout(timer);
}
