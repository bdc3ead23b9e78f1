#!/usr/bin/env bash
# Makes the fonts of this folder anew: of Noto Sans, no more than the letters that the card fields show, so that they are
# small enough to be kept here. Needed where a text of pkg/frame/locales has a letter that letters.txt has not; the test of
# the gallery says so. Needs pyftsubset (pip install fonttools).
set -euo pipefail
cd "$(dirname "$0")"

sources=$(mktemp -d)
trap 'rm -r "$sources"' EXIT

node letters.mjs >letters.txt
for font in Sans:0.4.2 SansArabic:0.4.3 SansHebrew:0.4.1 SansDevanagari:0.4.1 SansJP:0.4.3 SansKR:0.4.3 SansSC:0.4.3 SansTC:0.4.3; do
  name=${font%:*} version=${font#*:}
  package=noto-$(sed -E 's/([a-z])([A-Z])/\1-\2/g' <<<"$name" | tr '[:upper:]' '[:lower:]')
  (cd "$sources" && npm pack --silent "@expo-google-fonts/$package@$version" >/dev/null && tar xzf ./*.tgz && rm ./*.tgz)
  # Kerning and alternates are most of a small font; only these scripts cannot do without.
  positions=("--drop-tables+=GPOS,GSUB,GDEF")
  [[ "$name" =~ Arabic|Hebrew|Devanagari ]] && positions=()
  for weight in 400Regular 700Bold; do
    # Bold letters are of the amount and of badges, which are Latin.
    [ "$weight" = 400Regular ] || [ "$name" = Sans ] || continue
    pyftsubset "$sources/package/$weight/Noto${name}_$weight.ttf" --text-file=letters.txt "${positions[@]}" \
      --no-hinting --desubroutinize --output-file="Noto${name}_$weight.ttf"
  done
  rm -r "$sources/package"
done
