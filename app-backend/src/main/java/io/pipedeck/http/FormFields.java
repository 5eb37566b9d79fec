package io.pipedeck.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a form without a file, {@code multipart/form-data} or {@code
 * application/x-www-form-urlencoded}, and what holds for fields of every form.
 */
final class FormFields {
  /** The field with the password of a document; never taken from a query. */
  static final String PASSWORD = "password";

  private static final String URL_ENCODED = "application/x-www-form-urlencoded";
  private static final Set<String> NEVER_IN_THE_QUERY = Set.of(PASSWORD, "file");
  private static final Pattern LINE_END = Pattern.compile("\\R\\z");
  private static final int FIELD_BYTES = 64 * 1024;
  private static final int FIELDS = 100;

  /** No format takes a longer one. */
  private static final int LONGEST_PASSWORD = 1_000;

  private FormFields() {}

  /** The request's fields, none where it has no body. Reads the request to its end. */
  static Map<String, String> of(ServerRequest request) throws IOException {
    refuseInQuery(request);
    if (!request.content().hasEntity() || request.headers().contentLength().orElse(-1) == 0) {
      return Map.of();
    }
    if (MultipartForm.isOne(request)) {
      return ofParts(request);
    }
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    if (type.toLowerCase(Locale.ROOT).startsWith(URL_ENCODED)) {
      return ofPairs(request);
    }
    throw new RequestException(
        415,
        "unsupported_media_type",
        "Send fields as multipart/form-data or " + URL_ENCODED + ".",
        List.of());
  }

  private static Map<String, String> ofParts(ServerRequest request) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try {
      var parts = MultipartForm.parts(request);
      while (parts.hasNext()) {
        FileItemInput part = parts.next();
        String name = part.getFieldName();
        if (name != null) {
          put(fields, name, text(part));
        }
      }
    } catch (FileUploadException _) {
      throw RequestException.badRequest(
          "The form can't be read: it is cut off or not well-formed.");
    }
    return fields;
  }

  private static Map<String, String> ofPairs(ServerRequest request) throws IOException {
    Map<String, String> fields = new HashMap<>();
    String all;
    try (InputStream in = request.content().inputStream()) {
      all = limited(in, "form");
    }
    for (String pair : all.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        put(fields, decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return fields;
  }

  private static void put(Map<String, String> fields, String name, String value) {
    if (fields.size() >= FIELDS) {
      throw RequestException.badRequest("The form has more than " + FIELDS + " fields.");
    }
    fields.put(name, value);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw RequestException.badRequest(
          "The form can't be read: a % in it is not followed by hex.");
    }
  }

  /** The text of a part that holds no file. */
  static String text(FileItemInput part) throws IOException {
    try (InputStream in = part.getInputStream()) {
      return limited(in, String.valueOf(part.getFieldName()));
    }
  }

  private static String limited(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(FIELD_BYTES + 1);
    if (bytes.length > FIELD_BYTES) {
      throw RequestException.invalid(name, "is longer than " + FIELD_BYTES + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * A password as it was sent, blanks included but without a line break at its end, which comes of
   * sending a file; null for none.
   *
   * @throws RequestException if no document can have it
   */
  static @Nullable String password(@Nullable String sent) {
    String password = sent == null ? "" : LINE_END.matcher(sent).replaceFirst("");
    if (password.isEmpty()) {
      return null;
    }
    if (password.length() > LONGEST_PASSWORD) {
      throw RequestException.invalid(
          PASSWORD, "is longer than " + LONGEST_PASSWORD + " characters");
    }
    return password;
  }

  /** Queries end up in logs of proxies and in histories of browsers. */
  static void refuseInQuery(ServerRequest request) {
    for (String name : request.query().names()) {
      if (NEVER_IN_THE_QUERY.contains(name.toLowerCase(Locale.ROOT))) {
        throw RequestException.invalid(
            name, "is only taken as a form field, because queries end up in logs");
      }
    }
  }
}
