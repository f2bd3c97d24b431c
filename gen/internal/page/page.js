'use strict';
// This script links what belongs together: lines of the source, lines of the machine, nodes of
// the picture and fields of the frame. The page can be read without it.

const all = (query, root = document) => [...root.querySelectorAll(query)];
const data = JSON.parse(document.getElementById('data').textContent);
const status = document.getElementById('status');
const hello = status.textContent;
let pinned = null;

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
    status.textContent = element.textContent.trim().replace(/\s+/g, ' ');
  }
}

// Fields that the machine does not need in a state are dim.
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
  for (let i = 0; i < data.machines.length; i++) inState(i, '');
  if (!element) return;
  reveal('pin', element);
  const block = element.dataset.block;
  if (block) {
    const node = document.querySelector(`.node[data-block="${block}"]`);
    inState(block.split('.')[0], node ? node.dataset.state : '');
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

for (const row of all('tr[data-state]')) {
  row.addEventListener('mouseenter', () => inState(row.dataset.machine, row.dataset.state));
  row.addEventListener('mouseleave', () => inState(row.dataset.machine, ''));
}

const theme = document.getElementById('theme');
theme.hidden = false;
theme.addEventListener('click', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
});

// The player shows recorded steps.
const player = document.getElementById('player');
if (player) {
  const plays = data.plays, runs = document.getElementById('run'), at = document.getElementById('at');
  const text = document.getElementById('step'), values = document.getElementById('values');
  const show = () => {
    const play = plays[runs.value], i = Number(at.value);
    at.max = play.steps.length - 1;
    const step = play.steps[i], states = data.machines[0].states;
    const name = n => states[n] ? states[n].name : 'state ' + n;
    text.textContent = `step ${i + 1} of ${play.steps.length}: ${name(step.from)} to ${name(step.to)}. ${step.text}`;
    values.replaceChildren(...Object.entries(step.frame || {}).map(([field, value]) => {
      const row = document.createElement('tr');
      for (const cell of [field, value]) {
        const td = document.createElement('td'), code = document.createElement('code');
        code.textContent = cell;
        td.append(code);
        row.append(td);
      }
      return row;
    }));
    const to = states[step.to];
    const node = to && document.querySelector(to.block >= 0 ? `.node[data-block="0.${to.block}"]` : '.node.end,.node.fail');
    choose(node || null);
  };
  const move = by => {
    at.value = Math.min(Number(at.max), Math.max(0, Number(at.value) + by));
    show();
  };
  runs.addEventListener('change', () => { at.value = 0; show(); });
  at.addEventListener('input', show);
  document.getElementById('back').addEventListener('click', () => move(-1));
  document.getElementById('forward').addEventListener('click', () => move(1));
}
