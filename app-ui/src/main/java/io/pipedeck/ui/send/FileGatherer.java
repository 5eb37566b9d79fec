package io.pipedeck.ui.send;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the files in what was dropped: folders are walked, hidden files and the leavings of
 * programs are passed over, links are not followed into folders. Reads the disk: not for the UI
 * thread.
 */
final class FileGatherer {
  /** More than this in one go is a mistake, such as a dropped home folder. */
  static final int MOST = 10_000;

  private final Map<Path, OutgoingFile> files = new LinkedHashMap<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  private FileGatherer() {}

  /** What was found. */
  record Gathered(List<OutgoingFile> files, List<LeftOut> leftOut) {}

  static Gathered gather(List<Path> dropped) {
    var gatherer = new FileGatherer();
    for (Path path : dropped) {
      gatherer.take(path.toAbsolutePath().normalize());
    }
    return new Gathered(List.copyOf(gatherer.files.values()), List.copyOf(gatherer.leftOut));
  }

  private void take(Path path) {
    try {
      if (Files.isDirectory(path)) {
        Files.walkFileTree(path, new Walk(path));
      } else {
        add(path, "", Files.readAttributes(path, BasicFileAttributes.class));
      }
    } catch (IOException e) {
      leftOut.add(new LeftOut(path, LeftOut.Reason.UNREADABLE));
    }
  }

  private void add(Path path, String folder, BasicFileAttributes attributes) {
    if (!attributes.isRegularFile()) {
      leftOut.add(new LeftOut(path, LeftOut.Reason.NOT_A_FILE));
    } else if (!Files.isReadable(path)) {
      leftOut.add(new LeftOut(path, LeftOut.Reason.UNREADABLE));
    } else if (attributes.size() == 0) {
      leftOut.add(new LeftOut(path, LeftOut.Reason.EMPTY));
    } else {
      files.putIfAbsent(path, new OutgoingFile(path, folder, attributes.size()));
    }
  }

  /** Files that no one means to send when a folder is dropped. */
  private static boolean isLeaving(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(".")
        || name.startsWith("~$")
        || name.equalsIgnoreCase("thumbs.db")
        || name.equalsIgnoreCase("desktop.ini");
  }

  private final class Walk extends SimpleFileVisitor<Path> {
    private final Path top;

    Walk(Path top) {
      this.top = top;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      boolean hidden = !folder.equals(top) && isLeaving(folder);
      return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (isLeaving(file)) {
        return FileVisitResult.CONTINUE;
      }
      if (files.size() >= MOST) {
        leftOut.add(new LeftOut(top, LeftOut.Reason.TOO_MANY));
        return FileVisitResult.TERMINATE;
      }
      Path parent = file.getParent();
      Path base = top.getParent();
      String folder = parent == null || base == null ? "" : base.relativize(parent).toString();
      boolean link = attributes.isSymbolicLink() && !Files.isDirectory(file);
      add(file, folder, link ? Files.readAttributes(file, BasicFileAttributes.class) : attributes);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException error) {
      leftOut.add(new LeftOut(file, LeftOut.Reason.UNREADABLE));
      return FileVisitResult.CONTINUE;
    }
  }
}
