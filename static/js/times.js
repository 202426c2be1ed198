// Beside each deadline, the reader's own time, where it differs from the letter's.

const DAY = { dateStyle: "long" };
const CLOCK = { timeStyle: "short", hourCycle: "h23" };

// As the page writes its dates: British for English, whatever English the reader's browser has.
const page = document.documentElement.lang;
const language = page === "en" ? "en-GB" : page;

/** Day and time, in figures where the browser does not know the language's months (M01). */
function written(instant, timeZone) {
  const day = instant.toLocaleDateString(language, { ...DAY, timeZone });
  const clock = instant.toLocaleTimeString(language, { ...CLOCK, timeZone });
  return [/\bM\d\d\b/.test(day) ? instant.toLocaleDateString("sv", { timeZone }) : day, clock];
}

function add(time) {
  const instant = new Date(time.dateTime);
  const [day, clock] = written(instant, time.dataset.zone);
  const [ownDay, ownClock] = written(instant);
  if (day === ownDay && clock === ownClock) return;
  // What the page puts between day and time, such as a comma.
  const shown = time.textContent.trim();
  const same = shown.startsWith(day) && shown.endsWith(clock);
  const between = same ? shown.slice(day.length, -clock.length) : " ";
  const own = document.createElement("span");
  own.className = "own-time";
  own.textContent = ` · ${time.dataset.own.replace("{time}", ownDay + between + ownClock)}`;
  time.parentElement.append(own);
}

document.querySelectorAll("time[data-zone]").forEach(add);
