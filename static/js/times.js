// Adds the reader's own time beside each deadline, if it differs from the letter's.

const DAY = { dateStyle: "long" };
const CLOCK = { timeStyle: "short", hourCycle: "h23" };

// Dates in the page's format: British English, whatever English the reader's browser uses.
const page = document.documentElement.lang;
const language = page === "en" ? "en-GB" : page;

/** Day and time; ISO day if the browser lacks the language's month names and writes M01. */
function formatted(instant, timeZone) {
  const day = instant.toLocaleDateString(language, { ...DAY, timeZone });
  const clock = instant.toLocaleTimeString(language, { ...CLOCK, timeZone });
  return [/\bM\d\d\b/.test(day) ? instant.toLocaleDateString("sv", { timeZone }) : day, clock];
}

function add(time) {
  const instant = new Date(time.dateTime);
  const [day, clock] = formatted(instant, time.dataset.zone);
  const [ownDay, ownClock] = formatted(instant);
  if (day === ownDay && clock === ownClock) return;
  // The page's separator between day and time, such as a comma.
  const shown = time.textContent.trim();
  const same = shown.startsWith(day) && shown.endsWith(clock);
  const between = same ? shown.slice(day.length, -clock.length) : " ";
  const own = document.createElement("span");
  own.className = "own-time";
  own.textContent = ` · ${time.dataset.own.replace("{time}", ownDay + between + ownClock)}`;
  time.parentElement.append(own);
}

document.querySelectorAll("time[data-zone]").forEach(add);
