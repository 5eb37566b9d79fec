#!/bin/sh
# Makes the icon's bitmaps from pipedeck.svg. Needs rsvg-convert, icotool and png2icns
# (Debian: librsvg2-bin, icoutils, icnsutils).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for size in 16 24 32 48 64 128 256 512; do
  rsvg-convert --width "$size" --height "$size" --output "$work/$size.png" pipedeck.svg
done
cp "$work/512.png" pipedeck.png
icotool --create --output pipedeck.ico "$work/16.png" "$work/24.png" "$work/32.png" "$work/48.png" "$work/64.png" \
  --raw="$work/256.png"
png2icns pipedeck.icns "$work/16.png" "$work/32.png" "$work/48.png" "$work/128.png" "$work/256.png" "$work/512.png" \
  >/dev/null
