// Each picture follows its sound: a line moves over it, and a click on it plays from there.
for (const article of document.querySelectorAll("article")) {
  const audio = article.querySelector("audio"), roll = article.querySelector(".roll");
  const sheet = article.querySelector(".sheet"), head = article.querySelector(".head");
  const places = JSON.parse(article.dataset.places); // of each bar: start, end (s), left, right, top, height (%)

  const show = () => {
    const now = audio.currentTime;
    const bar = places.find(place => now < place[1]);
    head.classList.toggle("on", Boolean(bar) && (now > 0 || !audio.paused));
    if (bar) {
      const [start, end, left, right, top, height] = bar;
      const across = left + (right - left) * Math.max(0, now - start) / (end - start);
      head.style.left = across + "%"; head.style.top = top + "%"; head.style.height = height + "%";
      if (!audio.paused) keepInSight(across / 100 * sheet.clientWidth, top / 100 * sheet.clientHeight,
                                     height / 100 * sheet.clientHeight);
    }
    if (!audio.paused) requestAnimationFrame(show);
  };
  const keepInSight = (x, y, height) => {
    if (y < roll.scrollTop || y + height > roll.scrollTop + roll.clientHeight) roll.scrollTop = y - 30;
    if (x < roll.scrollLeft || x > roll.scrollLeft + roll.clientWidth - 20) roll.scrollLeft = x - 40;
  };
  audio.addEventListener("play", show);
  audio.addEventListener("seeked", show);

  sheet.addEventListener("click", event => {
    const box = sheet.getBoundingClientRect();
    const x = 100 * (event.clientX - box.left) / box.width, y = 100 * (event.clientY - box.top) / box.height;
    const far = place => Math.abs(y - place[4] - place[5] / 2) * 1000 + Math.max(0, place[2] - x, x - place[3]);
    const bar = places.reduce((one, other) => far(other) < far(one) ? other : one);
    const share = Math.min(1, Math.max(0, (x - bar[2]) / (bar[3] - bar[2])));
    audio.currentTime = bar[0] + share * (bar[1] - bar[0]);
    audio.play();
  });
}
document.addEventListener("play", event => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
