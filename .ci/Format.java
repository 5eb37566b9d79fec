import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks or applies the source format of the project: {@code check ROOT} fails and names the files that differ, {@code
 * apply ROOT} rewrites them. Run by Maven on the JDK that it selected, because a formatter inside Maven's own, older
 * JVM can't read today's Java.
 */
public final class Format {
  public static void main(String[] args) throws IOException, FormatterException {
    boolean apply = args[0].equals("apply");
    Path root = Path.of(args[1]);
    var formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    List<Path> different = new ArrayList<>();
    for (Path file : sources(root)) {
      String before = Files.readString(file);
      String after = format(formatter, before, file);
      if (after.equals(before)) {
        continue;
      }
      different.add(root.relativize(file));
      if (apply) {
        Files.writeString(file, after);
      }
    }
    if (!different.isEmpty()) {
      System.err.println((apply ? "Formatted: " : "Not formatted (mvn -q -Pformat process-sources mends it): ") + different);
      if (!apply) {
        System.exit(1);
      }
    }
  }

  private static String format(Formatter formatter, String source, Path file) throws FormatterException {
    try {
      String used = RemoveUnusedImports.removeUnusedImports(source);
      return formatter.formatSource(ImportOrderer.reorderImports(used, JavaFormatterOptions.Style.GOOGLE));
    } catch (FormatterException e) {
      System.err.println(file + ": " + e.getMessage());
      throw e;
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : List.of("app-backend", "app-ui")) {
      try (var walk = Files.walk(root.resolve(module).resolve("src"))) {
        walk.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
      }
    }
    return files;
  }
}
