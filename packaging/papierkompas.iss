; The installer for Windows x64, made by Inno Setup 6: for one person, without an administrator and
; without a network. `make_app.py` calls it: ISCC /DVersion=0.1.0 packaging\papierkompas.iss

#ifndef Version
  #error Give the version: /DVersion=0.1.0
#endif

[Setup]
AppId={{6B1E8B52-6C1B-4C6E-9A0E-4F2C1D1E7A35}
AppName=papierkompas
AppVersion={#Version}
AppPublisher=papierkompas
DefaultDirName={localappdata}\Programs\papierkompas
DisableDirPage=yes
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0
DisableWelcomePage=no
OutputDir=..\dist
OutputBaseFilename=papierkompas-{#Version}-windows-x64
SetupIconFile=..\build\papierkompas.ico
UninstallDisplayIcon={app}\papierkompas.exe
UninstallDisplayName=papierkompas
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes

[Languages]
Name: "nl"; MessagesFile: "compiler:Languages\Dutch.isl"

[CustomMessages]
nl.OnDesktop=Een snelkoppeling op het bureaublad zetten
nl.StartNow=papierkompas nu starten
nl.KeepSessions=papierkompas is verwijderd. Uw sessies staan nog in de map papierkompas van uw gebruiker. Daarin staan namen en scans: wis die map zelf als u de sessies niet meer nodig hebt.

[Messages]
nl.WelcomeLabel2=Dit zet papierkompas op deze computer, alleen voor u. Er is geen beheerder en geen internet nodig.%n%nUw sessies komen in de map papierkompas van uw gebruiker. Er gaat niets naar buiten.
nl.FinishedLabel=papierkompas staat op uw computer. Start het in het menu Start: er gaat een pagina open in uw browser. Stoppen doet u op die pagina.

[Tasks]
Name: "desktop"; Description: "{cm:OnDesktop}"; Flags: unchecked

[InstallDelete]
; nothing of an earlier version stays between the files of this one
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\dist\papierkompas\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "..\LICENSE"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\papierkompas"; Filename: "{app}\papierkompas.exe"
Name: "{autodesktop}\papierkompas"; Filename: "{app}\papierkompas.exe"; Tasks: desktop

[Run]
Filename: "{app}\papierkompas.exe"; Description: "{cm:StartNow}"; Flags: nowait postinstall skipifsilent

[Code]
procedure CurUninstallStepChanged(Step: TUninstallStep);
begin
  if (Step = usPostUninstall) and not UninstallSilent then
    MsgBox(CustomMessage('KeepSessions'), mbInformation, MB_OK);
end;
