//! Programs that the system's package manager installs.

use std::{path::Path, process::Command};

use super::{InstallError, Tool, find_program};
use crate::command::{self, CommandError};

/// A program of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Caddy,
    Certutil,
    Chromium,
    ChromeDriver,
    CppCompiler,
    Firefox,
    Mosquitto,
    MosquittoClients,
    Nginx,
    /// Serves what is compressed already.
    NginxBrotli,
    Npm,
    PythonVenv,
    RabbitMq,
    /// Judges shell scripts.
    Shellcheck,
    /// Judges unit files.
    SystemdAnalyze,
    /// Drives the engine that Safari has, and brings it along.
    WebKitDriver,
    /// A display for the tests that need a window.
    Xvfb,
}

/// Several programs, installed together.
pub struct SystemPrograms {
    pub programs: &'static [Program],
    /// What they are needed for, in a few words.
    pub purpose: &'static str,
}

impl SystemPrograms {
    fn missing(&self) -> impl Iterator<Item = Program> {
        self.programs
            .iter()
            .copied()
            .filter(|program| !program.is_present())
    }
}

impl Tool for SystemPrograms {
    fn name(&self) -> String {
        names(self.missing())
    }

    fn purpose(&self) -> &'static str {
        self.purpose
    }

    fn is_present(&self) -> bool {
        self.missing().next().is_none()
    }

    fn install(&self) -> Result<(), InstallError> {
        let missing: Vec<Program> = self.missing().collect();
        let Some(manager) = Manager::ALL
            .into_iter()
            .find(|manager| find_program(manager.name()).is_some())
        else {
            return Err(InstallError::NoPackageManager(self.name()));
        };
        manager.refresh()?;
        let unknown = names(
            missing
                .iter()
                .copied()
                .filter(|&program| !manager.knows(program)),
        );
        if !unknown.is_empty() {
            return Err(InstallError::NoPackage {
                manager: manager.name(),
                programs: unknown,
            });
        }
        for service in manager.unwanted_services(&missing) {
            println!(
                "Its package starts the service {service}, which is then stopped and kept from starting by itself"
            );
        }
        for command in manager.commands(&missing) {
            manager.run(&command)?;
        }
        Ok(())
    }
}

fn names(programs: impl Iterator<Item = Program>) -> String {
    programs.map(Program::name).collect::<Vec<_>>().join(", ")
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Program::Caddy => "caddy",
            Program::Certutil => "certutil",
            Program::Chromium => "chromium",
            Program::ChromeDriver => "chromedriver",
            Program::CppCompiler => "c++",
            Program::Firefox => "firefox",
            Program::Mosquitto => "mosquitto",
            Program::MosquittoClients => "mosquitto_sub",
            Program::Nginx => "nginx",
            Program::NginxBrotli => "nginx's brotli module",
            Program::Npm => "npm",
            Program::PythonVenv => "python3 with venv",
            Program::RabbitMq => "rabbitmq-server",
            Program::Shellcheck => "shellcheck",
            Program::SystemdAnalyze => "systemd-analyze",
            Program::WebKitDriver => "WebKitWebDriver",
            Program::Xvfb => "Xvfb",
        }
    }

    fn is_present(self) -> bool {
        match self {
            // Debian ships Python without what makes an environment.
            Program::PythonVenv => {
                command::output(Command::new("python3").args(["-c", "import ensurepip, venv"]))
                    .is_ok()
            }
            // A Mac has a display of its own, its browsers are not driven, and brew has none of the others.
            Program::Firefox
            | Program::NginxBrotli
            | Program::SystemdAnalyze
            | Program::WebKitDriver
            | Program::Xvfb
                if cfg!(target_os = "macos") =>
            {
                true
            }
            Program::NginxBrotli => ["/usr/lib", "/usr/lib64"].iter().any(|libraries| {
                let modules = Path::new(libraries).join("nginx/modules");
                modules.join("ngx_http_brotli_static_module.so").is_file()
            }),
            _ => find_program(self.name()).is_some(),
        }
    }

    /// The packages that hold it, as apt-get, dnf, pacman and brew name them, separated by spaces.
    fn packages(self) -> [&'static str; 4] {
        match self {
            Program::Caddy => ["caddy"; 4],
            Program::Certutil => ["libnss3-tools", "nss-tools", "nss", "nss"],
            Program::Chromium => [
                "chromium chromium-sandbox",
                "chromium",
                "chromium",
                "chromium",
            ],
            Program::ChromeDriver => [
                "chromium-driver",
                "chromedriver",
                "chromium",
                "chromedriver",
            ],
            Program::CppCompiler => ["g++", "gcc-c++", "gcc", "gcc"],
            Program::Firefox => ["firefox-esr", "firefox", "firefox", ""],
            Program::Mosquitto => ["mosquitto"; 4],
            Program::MosquittoClients => {
                ["mosquitto-clients", "mosquitto", "mosquitto", "mosquitto"]
            }
            Program::Nginx => ["nginx"; 4],
            Program::NginxBrotli => [
                "libnginx-mod-http-brotli-static",
                "nginx-mod-brotli",
                "nginx-mod-brotli",
                "",
            ],
            Program::Npm => ["npm", "npm", "npm", "node"],
            Program::PythonVenv => ["python3-venv", "python3", "python", "python"],
            Program::RabbitMq => ["rabbitmq-server", "rabbitmq-server", "rabbitmq", "rabbitmq"],
            Program::Shellcheck => ["shellcheck", "ShellCheck", "shellcheck", "shellcheck"],
            Program::SystemdAnalyze => ["systemd", "systemd", "systemd", ""],
            Program::WebKitDriver => [
                "webkit2gtk-driver",
                "/usr/bin/WebKitWebDriver",
                "webkitgtk-6.0",
                "",
            ],
            Program::Xvfb => ["xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", ""],
        }
    }
}

/// A package manager. The order is that of [`Program::packages`].
#[derive(Clone, Copy, Debug)]
enum Manager {
    AptGet,
    Dnf,
    Pacman,
    Brew,
}

impl Manager {
    const ALL: [Manager; 4] = [
        Manager::AptGet,
        Manager::Dnf,
        Manager::Pacman,
        Manager::Brew,
    ];

    fn name(self) -> &'static str {
        match self {
            Manager::AptGet => "apt-get",
            Manager::Dnf => "dnf",
            Manager::Pacman => "pacman",
            Manager::Brew => "brew",
        }
    }

    /// The services that installing these starts, though nobody asked for a server: our own tests start theirs.
    fn unwanted_services(self, programs: &[Program]) -> Vec<&'static str> {
        // Of the four, it alone starts what it installs. Mosquitto's service is what the lesson uses.
        let Manager::AptGet = self else {
            return Vec::new();
        };
        let servers = [Program::Caddy, Program::Nginx, Program::RabbitMq];
        let unwanted = servers.iter().filter(|server| programs.contains(server));
        unwanted.map(|server| server.name()).collect()
    }

    /// Its list of packages may be old, or missing on a fresh machine.
    fn refresh(self) -> Result<(), CommandError> {
        match self {
            Manager::AptGet => self.run(&["apt-get", "update", "--quiet"]),
            Manager::Dnf | Manager::Pacman | Manager::Brew => Ok(()),
        }
    }

    /// Whether it has a program's packages. Only apt-get is asked before, as it may bring something else for one that it
    /// lacks, such as Ubuntu's snap for Debian's Chromium.
    fn knows(self, program: Program) -> bool {
        let Manager::AptGet = self else {
            return true;
        };
        let mut packages = program.packages()[self as usize].split_whitespace();
        packages.all(|package| {
            // It shows nothing of a virtual package, which is only a name that others provide.
            command::output(Command::new("apt-cache").args(["show", package]))
                .is_ok_and(|shown| !shown.is_empty())
        })
    }

    /// The command lines that install these, one after the other.
    fn commands(self, programs: &[Program]) -> Vec<Vec<&'static str>> {
        let packages = programs
            .iter()
            .flat_map(|program| program.packages()[self as usize].split_whitespace());
        let install: &[&str] = match self {
            Manager::AptGet => &["install", "--yes", "--quiet", "--no-install-recommends"],
            Manager::Dnf => &["install", "--assumeyes"],
            Manager::Pacman => &["--sync", "--needed", "--noconfirm"],
            Manager::Brew => &["install"],
        };
        let name = [self.name()];
        let install = name.iter().chain(install).copied().chain(packages);
        let mut commands = vec![install.collect()];
        for service in self.unwanted_services(programs) {
            commands.push(vec!["systemctl", "disable", service]);
            commands.push(vec!["invoke-rc.d", service, "stop"]);
        }
        commands
    }

    fn run(self, command: &[&str]) -> Result<(), CommandError> {
        let sudo: &[&str] = match self {
            Manager::Brew => &[],
            _ if is_root() => &[],
            _ => &["sudo"],
        };
        let mut words = sudo.iter().chain(command);
        let program = words.next().copied().unwrap_or_default();
        let mut command = Command::new(program);
        // Debian keeps what handles services in a folder that is not on everyone's path.
        command::run(command.args(words).env("PATH", super::search_path()))
    }
}

fn is_root() -> bool {
    command::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manager_is_called_by_its_own_names() {
        let programs = [Program::Chromium, Program::MosquittoClients];
        assert_eq!(
            Manager::AptGet.commands(&programs)[0].split_off(5),
            ["chromium", "chromium-sandbox", "mosquitto-clients"]
        );
        assert_eq!(
            Manager::Brew.commands(&programs),
            [["brew", "install", "chromium", "mosquitto"]]
        );
    }

    #[test]
    fn a_service_that_nobody_asked_for_is_stopped() {
        let programs = [Program::Nginx, Program::Mosquitto];
        assert_eq!(
            Manager::AptGet.commands(&programs)[1..],
            [
                ["systemctl", "disable", "nginx"],
                ["invoke-rc.d", "nginx", "stop"],
            ]
        );
        assert_eq!(Manager::Dnf.commands(&programs).len(), 1);
    }
}
