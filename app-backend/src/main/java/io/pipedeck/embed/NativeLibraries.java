package io.pipedeck.embed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the native code of ONNX Runtime and of the tokenizers into a folder of its own for the
 * moment of loading. Left to themselves the libraries unpack into the temp folder and the home
 * folder, and a killed process leaves tens of megabytes behind each time.
 */
final class NativeLibraries implements AutoCloseable {
  private static final String ONNX_PATH = "onnxruntime.native.path";
  private static final String TOKENIZERS_PATH = "RUST_LIBRARY_PATH";
  private static final List<String> WINDOWS_COMPANIONS =
      List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll");

  private final Path folder;

  private NativeLibraries(Path folder) {
    this.folder = folder;
  }

  /** To be closed as soon as both libraries are loaded. */
  static NativeLibraries unpack() throws IOException {
    // The tokenizer library reports to its makers from cloud machines, and may fetch GPU code.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    var libraries = new NativeLibraries(Files.createTempDirectory("pipedeck-native-"));
    libraries.unpackAll();
    return libraries;
  }

  /** For other files that are needed while the libraries are. */
  Path folder() {
    return folder;
  }

  private void unpackAll() throws IOException {
    String onnx = "/ai/onnxruntime/native/" + (isMac() ? "osx" : os()) + "-" + arch("x64") + "/";
    if (copy(onnx, System.mapLibraryName("onnxruntime"))
        && copy(onnx, System.mapLibraryName("onnxruntime4j_jni"))) {
      System.setProperty(ONNX_PATH, folder.toString());
    }
    String rust = "/native/lib/" + (isMac() ? "osx" : os()) + "-" + arch("x86_64") + "/cpu/";
    String tokenizers = System.mapLibraryName("tokenizers");
    if (copy(rust, tokenizers)) {
      for (String companion : isWindows() ? WINDOWS_COMPANIONS : List.<String>of()) {
        copy(rust, companion);
      }
      System.setProperty(TOKENIZERS_PATH, folder.resolve(tokenizers).toString());
    }
  }

  private boolean copy(String from, String name) throws IOException {
    try (@Nullable InputStream in = NativeLibraries.class.getResourceAsStream(from + name)) {
      if (in == null) {
        // None for this machine: the library itself says so when it is loaded.
        return false;
      }
      Files.copy(in, folder.resolve(name));
      return true;
    }
  }

  private static String os() {
    return isWindows() ? "win" : "linux";
  }

  private static boolean isWindows() {
    return osName().startsWith("windows");
  }

  private static boolean isMac() {
    return osName().startsWith("mac");
  }

  private static String osName() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT);
  }

  private static String arch(String intel) {
    String arch = System.getProperty("os.arch");
    return arch.equals("amd64") || arch.equals("x86_64") ? intel : arch;
  }

  /** Deletes the files; loaded code stays loaded. Windows can only do so at the end of the JVM. */
  @Override
  public void close() throws IOException {
    System.clearProperty(ONNX_PATH);
    System.clearProperty(TOKENIZERS_PATH);
    folder.toFile().deleteOnExit();
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!file.toFile().delete()) {
          file.toFile().deleteOnExit();
        }
      }
    }
    if (!isWindows()) {
      Files.delete(folder);
    }
  }
}
