// Find words that are misspelt by a letter or two.

// Whether two words differ by no more than so many letters added, left out, changed or swapped.
function isNearWord(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return false;
  let before = [];
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1), row[j] + 1, next[j - 1] + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > most) return false;
    [before, row] = [row, next];
  }
  return row[other.length] <= most;
}

function holdsNear(text, words) {
  const known = [...new Set(text.split(/[^\p{L}\p{N}]+/u))];
  return words.every((word) => known.some((other) => isNearWord(word, other, word.length < 4 ? 0 : word.length < 8 ? 1 : 2)));
}
