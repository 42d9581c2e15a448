#!/bin/sh
# Makes every icon from icon.svg. Needs rsvg-convert (librsvg2-bin), ImageMagick and npm:
# Tauri's own tool writes the containers of Windows and macOS.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

for size in 32 128 256 512 1024; do
    # RGBA even where every pixel is opaque: Tauri refuses other PNGs.
    rsvg-convert -w "$size" icon.svg -o "$work/$size.png"
    convert "$work/$size.png" -strip -define png:exclude-chunks=date "PNG32:$work/$size.png"
done
npx --yes @tauri-apps/cli@2 icon "$work/1024.png" --output "$work/out"

cp "$work/32.png" 32x32.png
cp "$work/128.png" 128x128.png
cp "$work/256.png" 128x128@2x.png
cp "$work/512.png" icon.png
cp "$work/out/icon.ico" "$work/out/icon.icns" .

# What browsers install (crates/web/page).
page=../crates/web/page
rsvg-convert -w 180 "$page/icon-maskable.svg" -o "$page/icon-apple-180.png"
rsvg-convert -w 192 icon.svg -o "$page/icon-192.png"
rsvg-convert -w 512 icon.svg -o "$page/icon-512.png"
rsvg-convert -w 512 "$page/icon-maskable.svg" -o "$page/icon-maskable-512.png"
