package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import org.apache.tika.detect.DefaultEncodingDetector;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.metadata.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * Guesses the charset of a text that doesn't say it. What is taken for ISO-8859-1 is read as
 * Windows-1252, as browsers do (WHATWG Encoding Standard, section 4.2): where the two differ, the
 * one has control characters that no text needs, the other typographic marks that many have.
 */
final class Charsets implements EncodingDetector {
  private static final long serialVersionUID = 1L;
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private final EncodingDetector guess = new DefaultEncodingDetector();

  @Override
  public @Nullable Charset detect(InputStream input, Metadata metadata) throws IOException {
    @Nullable Charset guessed = guess.detect(input, metadata);
    return ISO_8859_1.equals(guessed) ? WINDOWS_1252 : guessed;
  }
}
