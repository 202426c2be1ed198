// Beside each deadline, the reader's own time, where it differs from the letter's.

const SHAPE = { dateStyle: "long", timeStyle: "short", hourCycle: "h23" };

// The page's language, as it is written where the reader lives: en-GB for en.
const page = document.documentElement.lang;
const language = navigator.languages.find((one) => one.split("-")[0] === page) ?? page;

function add(time) {
  const instant = new Date(time.dateTime);
  const there = instant.toLocaleString(language, { ...SHAPE, timeZone: time.dataset.zone });
  const here = instant.toLocaleString(language, SHAPE);
  if (here === there) return;
  const own = document.createElement("span");
  own.className = "own-time";
  own.textContent = ` · ${time.dataset.own.replace("{time}", here)}`;
  time.parentElement.append(own);
}

document.querySelectorAll("time[data-zone]").forEach(add);
