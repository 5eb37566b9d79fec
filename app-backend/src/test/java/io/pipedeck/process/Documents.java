package io.pipedeck.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small real documents, each with content of its own. */
final class Documents {
  private Documents() {}

  /** So many text and HTML files in the folder. */
  static List<Path> small(Path folder, int count) throws IOException {
    var files = new ArrayList<Path>();
    for (int i = 0; i < count; i++) {
      String text = "Document " + i + " is about whales. They live in the sea, and they sing.";
      boolean html = i % 2 == 0;
      String content =
          html ? "<html><body><h1>No " + i + "</h1><p>" + text + "</p></body></html>" : text;
      files.add(Files.writeString(folder.resolve("d" + i + (html ? ".html" : ".txt")), content));
    }
    return files;
  }
}
