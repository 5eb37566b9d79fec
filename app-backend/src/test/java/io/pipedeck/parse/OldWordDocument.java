package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/**
 * The least that is a Word document of 1997 to 2003 ([MS-DOC]); no library makes one from nothing.
 */
final class OldWordDocument {
  private static final int PAGE = 512;
  private static final int TEXT_AT = 4 * PAGE;
  private static final int STREAM_BYTES = 16 * PAGE;

  /** Places in the table stream. */
  private static final int STYLES_AT = 0;

  private static final int SETTINGS_AT = 512;
  private static final int FONTS_AT = 1_200;
  private static final int PIECES_AT = 2_048;
  private static final int SECTIONS_AT = 2_500;
  private static final int FORMATS_AT = 3_000;

  private final byte[] text;
  private final byte[] mainBytes = new byte[STREAM_BYTES];
  private final byte[] tableBytes = new byte[STREAM_BYTES];
  private final ByteBuffer main = ByteBuffer.wrap(mainBytes).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer table = ByteBuffer.wrap(tableBytes).order(ByteOrder.LITTLE_ENDIAN);

  private OldWordDocument(String text) {
    this.text = text.getBytes(UTF_16LE);
  }

  /** A document of these paragraphs. */
  static byte[] of(String... paragraphs) {
    return new OldWordDocument(String.join("\r", paragraphs) + "\r").bytes();
  }

  private byte[] bytes() {
    header();
    // One style sheet with one empty style, and an empty list of fonts.
    table.putShort(STYLES_AT, (short) 18).putShort(2, (short) 1).putShort(4, (short) 10);
    part(1, STYLES_AT, 22);
    part(31, SETTINGS_AT, 544);
    part(15, FONTS_AT, 4);
    pieces();
    section();
    formats(12, FORMATS_AT, 10);
    formats(13, FORMATS_AT + 100, 11);
    main.put(TEXT_AT, text);
    return file();
  }

  private void header() {
    main.putShort(0, (short) 0xA5EC).putShort(2, (short) 0xC1).putShort(6, (short) 0x409);
    // Unicode, tables in 1Table.
    main.putShort(10, (short) 0x1200);
    main.putInt(24, TEXT_AT).putInt(28, TEXT_AT + text.length);
    main.putShort(32, (short) 14).putShort(62, (short) 22).putShort(152, (short) 93);
    main.putInt(64, STREAM_BYTES).putInt(76, text.length / 2);
  }

  /** Where a part stands in the table stream. */
  private void part(int number, int at, int bytes) {
    main.putInt(154 + 8 * number, at).putInt(158 + 8 * number, bytes);
  }

  /** All text is one piece. */
  private void pieces() {
    table.put(PIECES_AT, (byte) 2).putInt(PIECES_AT + 1, 16);
    table.putInt(PIECES_AT + 9, text.length / 2).putInt(PIECES_AT + 15, TEXT_AT);
    part(33, PIECES_AT, 21);
  }

  private void section() {
    table.putInt(SECTIONS_AT + 4, text.length / 2).putInt(SECTIONS_AT + 10, -1);
    part(6, SECTIONS_AT, 20);
  }

  /** One format over all text, on a page of its own. */
  private void formats(int number, int at, int page) {
    table.putInt(at, TEXT_AT).putInt(at + 4, TEXT_AT + text.length).putInt(at + 8, page);
    part(number, at, 12);
    main.putInt(page * PAGE, TEXT_AT).putInt(page * PAGE + 4, TEXT_AT + text.length);
    main.put(page * PAGE + PAGE - 1, (byte) 1);
  }

  private byte[] file() {
    try (var file = new POIFSFileSystem();
        var out = new ByteArrayOutputStream()) {
      file.createDocument(new ByteArrayInputStream(mainBytes), "WordDocument");
      file.createDocument(new ByteArrayInputStream(tableBytes), "1Table");
      file.writeFilesystem(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
