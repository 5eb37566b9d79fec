package io.pipedeck.parse;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads from the manifest of an OpenDocument package which of its files are encrypted, and how. */
final class SealedManifest {
  private static final String MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";
  private static final int BLOWFISH_KEY_BYTES = 16;

  private final Map<String, SealedPart> parts = new HashMap<>();
  private String path = "";
  private Map<String, String> said = new HashMap<>();
  private boolean sealed;

  private SealedManifest() {}

  /** By path; empty if nothing is encrypted. */
  static Map<String, SealedPart> read(InputStream in) throws IOException {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    var manifest = new SealedManifest();
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(in);
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> manifest.begin(reader);
          case XMLStreamConstants.END_ELEMENT -> manifest.end(reader);
          default -> {}
        }
      }
      return manifest.parts;
    } catch (XMLStreamException | IllegalArgumentException e) {
      throw new IOException("the manifest can't be read", e);
    }
  }

  private void begin(XMLStreamReader reader) {
    switch (reader.getLocalName()) {
      case "file-entry" -> {
        @Nullable String named = reader.getAttributeValue(MANIFEST, "full-path");
        path = named == null ? "" : named;
        said = new HashMap<>();
        sealed = false;
      }
      case "encryption-data" -> {
        sealed = true;
        note(reader, "");
      }
      case "algorithm", "key-derivation" -> note(reader, "");
      case "start-key-generation" -> note(reader, "start-");
      default -> {}
    }
  }

  private void note(XMLStreamReader reader, String prefix) {
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      if (MANIFEST.equals(reader.getAttributeNamespace(i))) {
        said.put(prefix + reader.getAttributeLocalName(i), reader.getAttributeValue(i));
      }
    }
  }

  private void end(XMLStreamReader reader) {
    if (sealed && reader.getLocalName().equals("file-entry")) {
      parts.put(path, part());
    }
  }

  private SealedPart part() {
    return new SealedPart(
        text("algorithm-name"),
        bytes("initialisation-vector"),
        text("key-derivation-name"),
        text("start-start-key-generation-name"),
        number("key-size", BLOWFISH_KEY_BYTES),
        number("iteration-count", 0),
        bytes("salt"),
        text("checksum-type"),
        bytes("checksum"));
  }

  private String text(String name) {
    return said.getOrDefault(name, "");
  }

  private int number(String name, int otherwise) {
    @Nullable String value = said.get(name);
    return value == null ? otherwise : Integer.parseInt(value.strip());
  }

  private byte[] bytes(String name) {
    return Base64.getDecoder().decode(text(name).strip());
  }
}
