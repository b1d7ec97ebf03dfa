@echo off
rem Builds everything and runs all tests; arguments go to 'dotnet test'.
setlocal
set DOTNET_NOLOGO=1
set ORT_DISABLE_TELEMETRY=1
if not defined MLNETSTYLE_MODELS if exist "%~dp0..\shared\models" set "MLNETSTYLE_MODELS=%~dp0..\shared\models"
pushd "%~dp0"
dotnet build eng\net10.slnf -c Release -v quiet -clp:NoSummary || (popd & exit /b 1)
dotnet test tests -c Release --no-build %*
set status=%errorlevel%
popd
exit /b %status%
