'use strict';
// This script links what belongs together: lines of the source, lines of the machine, nodes of
// the picture and fields of the frame. The page can be read without it.

const all = (query, root = document) => [...root.querySelectorAll(query)];
const data = JSON.parse(document.getElementById('data').textContent);
const status = document.getElementById('status');
const hello = status.textContent;
let pinned = null;

// The lines of the machine get their numbers, and what all lines of their group have in common.
for (const run of all('[data-first]')) {
  all('li', run).forEach((line, i) => {
    Object.assign(line.dataset, line.parentNode.dataset, {out: Number(run.dataset.first) + i});
  });
}

// What belongs to one thing: lines of the source, blocks, and lines of the machine.
function related(element) {
  const from = new Set(), blocks = new Set(), lines = new Set();
  const d = element.dataset;
  if (d.src) {
    from.add(d.src);
  } else if (d.out) {
    lines.add(d.out);
    if (d.from) from.add(d.from);
    else if (d.block) blocks.add(d.block);
  } else if (d.block) {
    blocks.add(d.block);
  }
  for (const line of all('[data-out]')) {
    if (from.has(line.dataset.from)) {
      lines.add(line.dataset.out);
      if (line.dataset.block) blocks.add(line.dataset.block);
    }
  }
  if (d.block && !d.out) {
    for (const line of all(`[data-out][data-block="${d.block}"]`)) {
      lines.add(line.dataset.out);
      if (line.dataset.from) from.add(line.dataset.from);
    }
    if (d.line) from.add(d.line);
  }
  return {from, blocks, lines};
}

function light(element, mark) {
  for (const old of all('.' + mark)) old.classList.remove(mark);
  if (!element) return;
  const {from, blocks, lines} = related(element);
  for (const e of all('[data-src]')) e.classList.toggle(mark, from.has(e.dataset.src));
  for (const e of all('[data-out]')) e.classList.toggle(mark, lines.has(e.dataset.out));
  for (const e of all('.node')) e.classList.toggle(mark, blocks.has(e.dataset.block));
}

// Scrolls the lists of lines, but not the page, to the first line with a mark.
function reveal(mark, but) {
  for (const list of all('.code')) {
    const first = list.querySelector('.' + mark);
    if (!first || list.contains(but)) continue;
    const top = first.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top > list.scrollTop + list.clientHeight - 40) {
      list.scrollTop = Math.max(0, top - list.clientHeight / 3);
    }
  }
}

function say(element) {
  if (!element) {
    status.textContent = hello;
  } else if (element.dataset.src) {
    status.textContent = `line ${element.dataset.src} of the source`;
  } else if (element.dataset.out) {
    const why = data.reasons[element.dataset.why];
    status.textContent = why ? `not in the source: ${why}` : `from line ${element.dataset.from} of the source`;
  } else {
    status.textContent = all('text', element).map(e => e.lastChild.textContent).join(': ');
  }
}

// Fields that the machine does not need in a state, which is a number, are dim.
function inState(machine, state) {
  for (const e of all(`[data-frame="${machine}"]`)) {
    const live = e.dataset.live;
    e.classList.toggle('dead', Boolean(state) && live !== undefined && !live.split(' ').includes(state));
  }
}

const linked = '[data-src],[data-out],.node';

function choose(element) {
  pinned = element;
  light(element, 'pin');
  say(element);
  for (let i = 0; i < data.machines.length; i++) inState(i);
  if (!element) return;
  reveal('pin', element);
  const block = element.dataset.block;
  if (block) {
    const node = document.querySelector(`.node[data-block="${block}"]`);
    inState(block.split('.')[0], node && node.dataset.state);
  }
}

document.addEventListener('mouseover', event => {
  const element = event.target.closest(linked);
  light(element, 'hit');
  say(element || pinned);
});
document.addEventListener('click', event => {
  const element = event.target.closest(linked);
  if (element) choose(element === pinned ? null : element);
});
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') choose(null);
  if (event.key === 'Enter' && event.target.matches('.node')) choose(event.target);
});

// A row of a table leads to what it is about.
for (const row of all('tr[data-goto]')) {
  row.addEventListener('click', () => choose(document.querySelector(row.dataset.goto)));
}
for (const row of all('tr[data-state]')) {
  row.addEventListener('mouseenter', () => inState(row.dataset.machine, row.dataset.state));
  row.addEventListener('mouseleave', () => inState(row.dataset.machine));
}

const theme = document.getElementById('theme');
theme.hidden = false;
theme.addEventListener('click', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
});

// The player shows what a test recorded, moment by moment.
const player = document.getElementById('player');
if (player) {
  const run = document.getElementById('run'), at = document.getElementById('at');
  const text = document.getElementById('moment'), values = document.getElementById('values');
  const cell = (row, content) => {
    const td = row.insertCell(), code = document.createElement('code');
    code.textContent = content;
    td.append(code);
  };
  const show = () => {
    const {moments} = data.plays[run.value], i = Number(at.value);
    at.max = moments.length - 1;
    const moment = moments[i], states = data.machines[0].states, state = states[moment.state];
    text.textContent = `step ${moment.step}: ${moment.text}`;
    const last = moments.slice(0, i + 1).findLast(m => m.fields); // what is known of the frame
    values.replaceChildren();
    for (const field of last ? last.fields : []) {
      const row = values.insertRow();
      cell(row, field.name);
      cell(row, field.value || field.type);
    }
    const line = moment.at && document.querySelector(`[data-out="${moment.at}"]`);
    const ended = state && state.block < 0 && '.node.end,.node.fail';
    choose(line || document.querySelector(ended || `.node[data-block="0.${state ? state.block : 0}"]`));
    if (state) inState(0, String(moment.state));
  };
  const move = by => {
    at.value = Math.min(Number(at.max), Math.max(0, Number(at.value) + by));
    show();
  };
  run.addEventListener('change', () => { at.value = 0; show(); });
  at.addEventListener('input', show);
  document.getElementById('back').addEventListener('click', () => move(-1));
  let begun = false;
  document.getElementById('forward').addEventListener('click', () => {
    move(begun ? 1 : 0);
    begun = true;
  });
}
