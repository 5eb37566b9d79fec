package io.pipedeck.ui;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out whether a window can be shown on this machine, before JavaFX fails at it. */
final class Display {
  /**
   * What JavaFX can't do without on Linux, with the Debian package of each. It draws in software
   * where OpenGL is missing.
   */
  private static final Map<String, String> LIBRARIES = libraries();

  private static final Pattern X_DISPLAY = Pattern.compile("(.*):(\\d+)(?:\\.\\d+)?");
  private static final int X_PORT = 6000;
  private static final int PATIENCE_MILLIS = 2000;

  private Display() {}

  /** Why no window can be shown, in words; empty if one can. */
  static Optional<String> missing(Map<String, String> environment, String osName) {
    // JavaFX's own platform without a display, for tests, needs none of it.
    return "Headless".equals(System.getProperty("glass.platform"))
        ? Optional.empty()
        : missing(environment, osName, Display::loads);
  }

  static Optional<String> missing(
      Map<String, String> environment, String osName, Predicate<String> loads) {
    if (!osName.toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.empty();
    }
    // JavaFX's GTK speaks X11; on Wayland it goes through XWayland, which sets DISPLAY.
    String display = environment.getOrDefault("DISPLAY", "");
    if (display.isBlank()) {
      return Optional.of(
          environment.getOrDefault("WAYLAND_DISPLAY", "").isBlank()
              ? "There is no display (DISPLAY is not set)."
              : "There is a Wayland display without XWayland (DISPLAY is not set).");
    }
    if (!reachable(display)) {
      return Optional.of("The display " + display + " can't be reached.");
    }
    Set<String> packages = new LinkedHashSet<>();
    LIBRARIES.forEach(
        (library, debianPackage) -> {
          if (!loads.test(library)) {
            packages.add(debianPackage);
          }
        });
    return packages.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The display "
                + display
                + " is there, but libraries for windows are missing. On Debian or Ubuntu: apt-get install "
                + String.join(" ", packages));
  }

  static boolean reachable(String display) {
    Matcher parts = X_DISPLAY.matcher(display);
    if (!parts.matches()) {
      return false;
    }
    String host = parts.group(1);
    int number = Integer.parseInt(parts.group(2));
    if (host.isEmpty() || host.equals("unix")) {
      return localSocket(number);
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, X_PORT + number), PATIENCE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean localSocket(int number) {
    var address = UnixDomainSocketAddress.of(Path.of("/tmp/.X11-unix/X" + number));
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(address);
    } catch (IOException e) {
      return abstractSocket(number);
    }
  }

  /**
   * Some servers only listen in Linux's abstract namespace, which Java can't name: ask the kernel.
   */
  private static boolean abstractSocket(int number) {
    try {
      return java.nio.file.Files.readString(Path.of("/proc/net/unix"))
          .lines()
          .anyMatch(line -> line.endsWith("@/tmp/.X11-unix/X" + number));
    } catch (IOException e) {
      return false;
    }
  }

  // Loading a native library is what this is about; the launcher allows it on the command line.
  @SuppressWarnings("restricted")
  private static boolean loads(String library) {
    try {
      // For good: libraries such as GTK can't be unloaded again without harm.
      SymbolLookup.libraryLookup(library, Arena.global());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static List<String> libraryNames() {
    return List.copyOf(LIBRARIES.keySet());
  }

  private static Map<String, String> libraries() {
    Map<String, String> packages = new LinkedHashMap<>();
    packages.put("libX11.so.6", "libx11-6");
    packages.put("libXtst.so.6", "libxtst6");
    packages.put("libatk-1.0.so.0", "libatk1.0-0");
    packages.put("libgtk-3.so.0", "libgtk-3-0");
    packages.put("libgdk-3.so.0", "libgtk-3-0");
    packages.put("libgdk_pixbuf-2.0.so.0", "libgdk-pixbuf-2.0-0");
    packages.put("libglib-2.0.so.0", "libglib2.0-0");
    packages.put("libgobject-2.0.so.0", "libglib2.0-0");
    packages.put("libgio-2.0.so.0", "libglib2.0-0");
    packages.put("libgthread-2.0.so.0", "libglib2.0-0");
    packages.put("libcairo.so.2", "libcairo2");
    packages.put("libcairo-gobject.so.2", "libcairo-gobject2");
    packages.put("libpangocairo-1.0.so.0", "libpangocairo-1.0-0");
    packages.put("libpango-1.0.so.0", "libpango-1.0-0");
    packages.put("libpangoft2-1.0.so.0", "libpangoft2-1.0-0");
    packages.put("libfreetype.so.6", "libfreetype6");
    packages.put("libfontconfig.so.1", "libfontconfig1");
    return java.util.Collections.unmodifiableMap(packages);
  }
}
